"""What a sentence of a catalogue has braces for."""

import string


def slots(text: str) -> set[str]:
    """The names in braces, also within the forms for none, one and many."""
    found: set[str] = set()
    for _, name, forms, _ in string.Formatter().parse(text):
        if name:
            found |= {name} | slots(forms or "")
    return found
