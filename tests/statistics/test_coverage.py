"""A short version of benchmarks/coverage.py: that its intervals hold the truth about as often as they say."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

SIMULATIONS = {
    "rates_hold_the_mean": 150,
    "funnels_hold_usual_places": 1000,
    "two_rates_hold_ratio_and_difference": 100,
    "standardised_rates_hold_the_rate": 500,
    "smoothed_rates_hold_the_rates": 1000,
}


@pytest.fixture(scope="module")
def coverage():
    file = Path(__file__).parents[2] / "benchmarks" / "coverage.py"
    spec = spec_from_file_location("benchmarks_coverage", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "runs"), SIMULATIONS.items())
def test_intervals_hold_the_truth(coverage, name, runs, monkeypatch, capsys):
    monkeypatch.setattr(coverage, "RUNS", runs)
    # Room for the noise of so few runs; exact intervals have it by their construction.
    monkeypatch.setattr(coverage, "LEAST", 0.925)
    assert getattr(coverage, name)(), capsys.readouterr().out
