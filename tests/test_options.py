"""Every public function tells of an option that it does not have, and of a table or number where a word belongs."""

import pickle
from inspect import Parameter, signature

import pandas as pd
import pytest
from real_calls import servers
from test_one_word_one_meaning import FUNCTIONS

import analysis as ex
from analysis.options import with_known_options

OPEN = {
    name
    for name, one in FUNCTIONS.items()
    if Parameter.VAR_KEYWORD in {p.kind for p in signature(one).parameters.values()}
}
WORDS = {
    (name, option.name): option
    for name, function in FUNCTIONS.items()
    for option in list(signature(function).parameters.values())[1:]
    if option.annotation in ("str", "str | None") and option.kind is not Parameter.POSITIONAL_ONLY
}


@pytest.mark.parametrize("given", [pd.DataFrame({"a": [1]}), ["value"], {"value": 1}, 7, True], ids=str)
def test_no_table_list_or_number_is_taken_for_a_word(given):
    assert len(WORDS) > 300
    for (name, option), declared in WORDS.items():
        with pytest.raises(ex.DataError) as refused:
            FUNCTIONS[name](**{option: given})
        told = refused.value
        assert f"{option} of {name.rpartition('.')[2]}() is a text" in str(told), told
        assert told.option == option and ("leave" in told.remedy) == (declared.default is not Parameter.empty)


def test_an_unknown_option_is_told_with_those_that_there_are():
    """Without a near name it was Python's own message, which names none."""
    for name in FUNCTIONS.keys() - OPEN:
        few = len(options := list(signature(FUNCTIONS[name]).parameters)) <= 15
        with pytest.raises(ex.OptionError, match=r"\(\) got an unexpected keyword argument 'qzxw'") as refused:
            FUNCTIONS[name](qzxw=1)
        assert isinstance(refused.value, TypeError)
        assert ", ".join(options) in refused.value.remedy if few else options[0] in refused.value.remedy
    with pytest.raises(ex.OptionError, match=r"^series\(\) .* did you mean 'places'\?"):
        ex.series("us-breach-register", plaecs="ESP")


def test_breaks_are_a_table_or_a_list():
    for given in (3, "2020-01-01", {"a": 1}):
        with pytest.raises(ex.OptionError, match=r"breaks of anomalies\(\) is a table"):
            ex.statistics.anomalies(servers(), breaks=given)


def test_a_public_function_is_found_again_and_passes_once():
    for one in (ex.rates, ex.chart.map, ex.panel, ex.series.totals):
        assert pickle.loads(pickle.dumps(one)) is one
        assert with_known_options(one, "analysis") is one
    assert ex.rates is ex.statistics.rates


def test_a_drawing_contradicts_no_rates_that_are_there():
    """``draw`` passed over per= and scale= where the rows had rates already."""
    rates = ex.rates(servers())
    for option in ({"scale": 1e3}, {"per": "hospitals_total"}):
        with pytest.raises(ex.DataError, match=f"leave {next(iter(option))}= out"):
            ex.chart.draw("map", rates, **option)
