"""How the package speaks: numbers, dates, units and sentences in English, Spanish, German and French.

The catalogues in ``catalogues/`` hold every sentence, one file a family; the modules write what fills them.
"""
