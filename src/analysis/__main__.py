"""``python -m analysis``: the same as ``exposure``."""

from .cli import main

main()
