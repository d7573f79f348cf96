"""Which words of the reader's lexicon serve which passages: each is taken out in turn, and what holds it is read again.

``python tests/campaigns/rules_removed.py [LANGUAGE …]`` prints the words that serve one passage alone and name three
words or more of it (rules that were made for a passage), and how many stand in no passage. Some minutes a language.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "intake" / "evaluation"))

import score

from analysis.intake import lexicon

#: A word that so many passages hold serves more than one of them.
_MANY = 3
#: So many words of a passage are its own.
_OWN_WORDS = 3


def alternatives(form: str) -> list[str]:
    """The words of a pattern: what bars part outside of brackets."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(form):
        escaped = at > 0 and form[at - 1] == "\\"
        depth += (sign in "([") * (not escaped) - (sign in ")]") * (not escaped)
        if sign == "|" and depth == 0:
            found.append(form[start:at])
            start = at + 1
    return [*found, form[start:]]


def rules(section: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Every word of a language's patterns that have several: the table it stands in, its key, the word."""
    for key, value in section.items():
        if isinstance(value, dict):
            yield from rules(value)
        elif isinstance(value, str) and len(alternatives(value)) > 1:
            for word in alternatives(value):
                yield section, key, word


def right(passages: list[dict[str, Any]]) -> dict[str, int]:
    """How many figures of each passage are right."""
    return {one["id"]: sum(outcome.right for outcome in score.outcomes(one)) for one in passages}


def forget() -> None:
    """Let the lexicon be compiled anew."""
    for name in ("words", "_counted"):
        getattr(lexicon, name).cache_clear()


def main() -> int:
    """Print what each language's words serve."""
    everything = [passage for name in score.SETS for passage in score.passages(name)]
    made = 0
    for lang in sys.argv[1:] or lexicon.languages():
        section = lexicon.tables()[lang]
        passages = [one for one in everything if one["lang"] == lang]
        whole, unused = right(passages), 0
        for table, key, word in list(rules(section)):
            held = [one for one in passages if re.search(word, one["text"], re.IGNORECASE)]
            unused += not held
            if not 0 < len(held) <= _MANY:
                continue
            kept = table[key]
            table[key] = "|".join(one for one in alternatives(kept) if one != word)
            forget()
            served = [one["id"] for one in held if right([one])[one["id"]] < whole[one["id"]]]
            table[key] = kept
            forget()
            if len(served) == 1 and len(re.findall(r"[^\W\d_]{2,}", word)) >= _OWN_WORDS:
                made += 1
                print(f"{lang} {key}: '{word}' serves {served[0]} alone")
        print(f"{lang}: {unused} words are in no passage", flush=True)
    return int(made > 0)


if __name__ == "__main__":
    sys.exit(main())
