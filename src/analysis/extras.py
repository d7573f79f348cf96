"""Libraries that only some users need: extras of the package, named where they are missing."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from .errors import ExposureError


def extra(name: str, module: str) -> ModuleType:
    """A module of an extra of the package.

    Parameters
    ----------
    name
        The extra: ``reading``, ``cluster``.
    module
        The module that is needed.

    Raises
    ------
    ExposureError
        If it is not installed; the message says how to install it.
    """
    try:
        return import_module(module)
    except ImportError:
        raise ExposureError(
            f"this needs {module.partition('.')[0]}, which is not installed",
            remedy=f"install it with: pip install 'exposure-statistics[{name}]'",
        ) from None
