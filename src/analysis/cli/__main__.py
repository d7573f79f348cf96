"""``python -m analysis.cli``."""

from . import main

main()
