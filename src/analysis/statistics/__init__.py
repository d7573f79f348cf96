"""Statistics on plain frames; every result carries its method, level and uncertainty.

Names are loaded when first used.
"""

_NAMES = {"rates": "rates", "garwood": "rates", "change": "change", "gone_and_new": "change"}

__all__ = sorted(_NAMES)


def __getattr__(name):
    if name not in _NAMES:
        raise AttributeError(f"module 'analysis.statistics' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)


def __dir__():
    return __all__
