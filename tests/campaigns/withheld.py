"""How much a release withholds beyond the least: made-up small surveys, each against the exact optimum.

The least is found by trying every set of counts that could go besides the small ones, each attacked in whole numbers
by the attacker of ``release_attack.py``. Run as ``python tests/campaigns/withheld.py [CASES [FIRST SEED]]``; prints the
ratio of all counts withheld to the least (target: at most 1.3), and the cases that are above it.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from release_attack import case, least, release_and_attack

LINKS = {"world", "rest", "region", "contained", "classes", "repeated", "dated", "states"}
TARGET = 1.3


def main(cases: int = 40, first: int = 6000) -> None:
    """Run the campaign over so many cases that are small enough to try every set, and print its score."""
    told = best = compared = above = 0
    for seed in itertools.count(first):
        if compared == cases:
            break
        made = case(seed, 5, LINKS)
        fewest = least(made, 8)
        if not fewest:
            continue
        loot = release_and_attack(made)
        if loot.refused:
            continue
        compared, told, best = compared + 1, told + loot.withheld, best + fewest
        if loot.withheld > TARGET * fewest:
            above += 1
            print(f"{seed}: {loot.withheld} withheld, {fewest} at least: {sorted(made.links)}", flush=True)
    print(f"{compared} cases: {told} counts withheld, {best} at least, ratio {told / best:.3f}; {above} above {TARGET}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
