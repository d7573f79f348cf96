"""Numbers that choose the form of what is said about them: *1 place lies*, *3 places lie*."""

from __future__ import annotations

from .numbers import number


class Counted(str):
    """A number in words; in a sentence of a catalogue ``{cells:is|are}`` gives the form that goes with it.

    With three forms the first is for none. French takes the singular for none, too.
    """

    amount: float
    lang: str

    def __new__(cls, count: float, lang: str) -> Counted:
        """The words of a number in a language."""
        counted = super().__new__(cls, number(count, lang))
        counted.amount, counted.lang = count, lang
        return counted

    def __format__(self, forms: str) -> str:
        """The form for this number; without forms, the number."""
        if not forms:
            return str(self)
        *none, one, many = forms.split("|")
        if none and self.amount == 0:
            return none[0]
        return one if self.amount == 1 or (self.amount == 0 and self.lang == "fr") else many


class Unsaid(str):
    """What a sentence leaves out: no words, whatever forms they would have."""

    def __format__(self, forms: str) -> str:
        """Nothing."""
        return ""
