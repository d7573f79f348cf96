"""How long a million printed figures take, against pandas on the same numbers already cleaned.

The figures are synthetic: drawn with a fixed seed, printed with the marks of several languages. The peer is
``pandas.to_numeric`` on the same numbers as plain text, without grouping and without words, which is all it can
read. Both times are the best of two.

Run with ``python benchmarks/quantities.py``.
"""

import time

import numpy as np
import pandas as pd

from analysis.figures.quantities import quantities

ROWS = 1_000_000
LIMIT = 12


def best(call, times=2):
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return min(taken)


def corpora(rows=ROWS, seed=0):
    """Name, figures, languages, and the same numbers as plain text."""
    rng = np.random.default_rng(seed)
    numbers = rng.integers(1, 10**10, rows)
    yield "grouped integers, nearly all distinct", pd.Series([f"{n:,}" for n in numbers], dtype="str"), "en", numbers
    spaced = pd.Series([f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") for n in numbers], dtype="str")
    yield "grouped by narrow spaces, nearly all distinct", spaced, "fr", numbers
    few = rng.integers(1, 4_000, rows)
    yield "plain and grouped integers, many repeated", pd.Series([f"{n:,}" for n in few], dtype="str"), "en", few
    cents = rng.integers(100, 10**9, rows)
    texts = [f"{n // 100:,}.{n % 100:02} million" for n in cents]
    yield "decimals with a scale word, nearly all distinct", pd.Series(texts, dtype="str"), "en", cents * 10_000
    tenths = rng.integers(10, 10_000, rows)
    forms = {"en": "about {}.{} million", "es": "más de {},{} millones", "de": "{},{} Mio."}
    langs = rng.choice(sorted(forms), rows)
    texts = [forms[lang].format(n // 10, n % 10) for lang, n in zip(langs, tenths, strict=True)]
    yield (
        "decimals with words in three languages, many repeated",
        pd.Series(texts, dtype="str"),
        pd.Series(langs),
        tenths * 100_000,
    )


def main():
    print(f"{ROWS:,} synthetic figures; seconds, and times pandas.to_numeric (limit {LIMIT})")
    slowest = 0
    for name, figures, lang, numbers in corpora():
        plain = pd.Series(numbers.astype(str), dtype="str")
        theirs = best(lambda plain=plain: pd.to_numeric(plain))
        frame = quantities(figures, lang)
        assert (frame["value"] == numbers).all()
        ours = best(lambda figures=figures, lang=lang: quantities(figures, lang))
        print(f"{name:55s} {ours:6.2f} {theirs:6.2f} {ours / theirs:6.1f}")
        slowest = max(slowest, ours / theirs)
    if slowest > LIMIT:
        raise SystemExit(f"slower than {LIMIT} times pandas.to_numeric")


if __name__ == "__main__":
    main()
