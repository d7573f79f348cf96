"""Which accounts are one with another."""

from types import SimpleNamespace

import pytest

from analysis.figures.kin import Kin


def account(source, derived_from="report", publisher=""):
    return SimpleNamespace(source=source, tier="secondary", derived_from=derived_from, publisher=publisher or source)


KIN = Kin(
    [
        account("first"),
        account("copy", "first"),
        account("copy-of-copy", "copy"),
        account("monday", publisher="The Paper"),
        account("friday", publisher="The Paper"),
        account("apart"),
        SimpleNamespace(source="report", tier="primary", derived_from="", publisher="The authors"),
    ]
)


def test_what_an_account_retells_and_what_retells_it_is_known_through_copies():
    assert KIN.retold("copy-of-copy") == {"copy", "first", "report"}
    assert KIN.retelling("first") == {"copy", "copy-of-copy"}
    assert KIN.same_outlet("monday") == {"friday"}


@pytest.mark.parametrize(
    ("sources", "families"),
    [
        ({"first", "copy-of-copy"}, 1),
        ({"copy", "apart"}, 2),
        ({"monday", "friday", "apart", "first", "copy"}, 3),
        (set(), 0),
    ],
)
def test_accounts_that_are_one_are_counted_once(sources, families):
    # Two that retell the same report of the authors are two.
    assert KIN.families(sources) == families
