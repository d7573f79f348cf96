"""Numbers of R and scipy for series, case by case (`series_vectors.jsonl`): each names its peer and its tolerance."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.statistics import change_date_posterior, change_points, interrupted, nowcast, theil_sen
from analysis.statistics.nowcast import of_triangle

CASES = [json.loads(line) for line in Path(__file__).with_name("series_vectors.jsonl").read_text("utf-8").splitlines()]
#: What is expected of the peer's other definitions, or of steps that are not offered as results.
LEFT_OUT = {
    "p_normal",  # pyMannKendall's, not ours
    "p_corrected",  # without ties ours is exact
    "smallest_p_possible",
    "sup_f",  # ours permutes
    "rss_none",
    "rss_one",
    "rss_two",
    "step_two_1",  # the steps of two changes are those of `before` and `after`
    "step_two_2",
    "steps_by_bic",  # R tried two changes at most
    "closed_formula",
    "to_come_glm",
    "p",  # minlike; ours is central
}


def months(values, first="2020-01", **columns):
    days = pd.period_range(first, periods=len(values), freq="M").to_timestamp()
    return pd.DataFrame({"day": days, "count": values} | columns)


def of_tendency(case):
    given = case["input"]
    row = theil_sen(pd.DataFrame({"year": np.array(given["time"]) + 2000, "value": given["value"]})).iloc[0]
    found = {"s": row["s"], "tau": row["tau"], "tau_b": row["tau"], "p": row["p_value"]}
    if len(set(given["value"])) < len(given["value"]):
        found["p_corrected"] = row["p_value"]
    # years of equal length: the slope of whole years, which leap years shift by a thousandth
    return found | {"slope": pytest.approx(row["slope"], rel=2e-3)}


def of_change_points(case):
    frame = months(case["input"]["value"])
    none, one, two = (change_points(frame, changes=many, draws=99, apart=6) for many in (0, 1, 2))

    def last_of_before(row):
        return int((frame["day"] < row["day"]).sum())

    return {
        "last_of_before": last_of_before(one.iloc[0]),
        "step": one["step"].iloc[0],
        "step_se_ols": one["step_error"].iloc[0],
        "bic_none": none["bic"].iloc[0],
        "bic_one": one["bic"].iloc[0],
        "bic_two": two["bic"].iloc[0],
        "last_of_before_two_1": last_of_before(two.iloc[0]),
        "last_of_before_two_2": last_of_before(two.iloc[1]),
        "step_two_1": two["step"].iloc[0],
        "step_two_2": two["step"].iloc[1],
    }


def of_interrupted(case):
    given = case["input"]
    if "controls" not in given:
        parts = [spread(given[f"count_{side}"], given[f"months_{side}"]) for side in ("before", "after")]
        frame = months(np.concatenate(parts))
        at = frame["day"][given["months_before"]].strftime("%Y-%m")
        row = interrupted(frame, at, window=len(frame), placebos=0).iloc[0]
        return {"ratio": row["ratio"], "low": row["ratio_low"], "high": row["ratio_high"], "p_central": row["p_value"]}
    frame = months(given["value"])
    controls = pd.concat([months(one, place=f"control {n}") for n, one in enumerate(given["controls"])])
    alone = "slope" not in case["case"]
    row = interrupted(
        frame,
        frame["day"][given["first_month_after"]].strftime("%Y-%m"),
        control=controls,
        window=len(frame),
        season=0,
        trend=not alone,
        slope=not alone,
        placebos=0,
    ).iloc[0]
    step = float(np.log(row["ratio"]))
    found = {"log_step": step, "se_step": step / row["t"], "ratio": row["ratio"], "lag": row["lags"]}
    if not alone:
        change = float(np.log(row["slope_ratio"]))
        found |= {"log_slope_change": change, "se_slope_change": change / row["slope_t"]}
    return found


def spread(count, many):
    """So many counts over so many months, as evenly as can be."""
    each = np.full(many, count // many)
    each[: count % many] += 1
    return each


def of_nowcast(case):
    found = nowcast(of_triangle([list(np.cumsum(row)) for row in case["input"]["triangle"]], "2024-01"))
    first = found.iloc[0]
    return {
        "factors": found.sort_values("delay")["factor"].tolist()[:-1],
        "final": found["final"].tolist(),
        "to_come": first["total_to_come"],
        "dispersion": first["dispersion"],
        "prediction_se": first["total_error"],
    }


def of_change_date_posterior(case):
    given = case["input"]
    prior = (given["prior_shape"], given["prior_rate"])
    found = change_date_posterior(months(given["value"], "1900-01"), prior=prior)
    chance, place = found["probability"].to_numpy(), np.arange(1, len(found) + 1)
    likely = place[found["likely"].to_numpy()]
    whole = chance.cumsum()
    return {
        "mode_last_of_before": int(chance.argmax()) + 1,
        "probability_of_mode": chance.max(),
        "mean_last_of_before": chance @ place,
        "median_last_of_before": int((whole < 0.5).sum()) + 1,
        "hpd95_first": likely[0],
        "hpd95_last": likely[-1],
        "hpd95_size": len(likely),
        "equal_tail_low": int((whole < 0.025).sum()) + 1,
        "equal_tail_high": int((whole < 0.975).sum()) + 1,
        "probability_first_three": chance[:3].tolist(),
        "mean_log_ratio": chance @ found["log_ratio"].to_numpy(),
        "log_bayes_factor_against_no_change": found["log_bayes_factor"].iloc[0],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['function']}: {case['case']}")
def test_outside_number(case):
    found = globals()[f"of_{case['function']}"](case)
    compared = 0
    for name, expected in case["expected"].items():
        if name not in found:
            assert name in LEFT_OUT or "stacked" in case["case"], f"{name} is expected and not computed"
            continue
        value = found[name]
        if not isinstance(value, int | float | list | np.generic):
            assert value == expected, name
            continue
        want = np.array(expected if isinstance(expected, list) else [expected], dtype=float)
        have = np.array(value if isinstance(value, list) else [value], dtype=float)
        tolerance = case["tolerance"].get(name, case["tolerance"]["default"])
        with np.errstate(invalid="ignore"):
            apart = np.abs(have - want)
        near = (have == want) | (apart <= tolerance * np.maximum(1, np.abs(want)))
        assert near.all(), (name, have, want)
        compared += 1
    assert compared >= 1
