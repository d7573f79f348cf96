"""Numbers of R's packages, of spreadsheets and of closed formulas beside ours: ranks, regression, lists, pooling.

Each line of ``outside_association.jsonl`` is a case: what goes in, whose numbers they are, what came out there, and how
near ours must be (tolerance times the larger of 1 and the number). Moran's I of the residuals of *linear* regressions
is
not among them: `regress` fits none.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from analysis.statistics import e_value, lower_bound
from analysis.statistics.association.rank_tests import kendall_p, spearman_p
from analysis.statistics.association.residuals import residual_moran
from analysis.statistics.count_regression import fit_counts, sandwich
from analysis.statistics.inequality_by_rank.formulas import (
    concentration_index_of,
    convenient_error,
    kakwani_error,
    line,
    midpoint_ranks,
)
from analysis.statistics.meta_analysis import pooled_estimates

CASES = [
    json.loads(text) for text in (Path(__file__).parent / "outside_association.jsonl").read_text("utf-8").splitlines()
]

#: What is of another definition in a case of the default one, by name; all else is compared.
OTHER_DEFINITIONS = {
    "lower_bound": "estimate_mth_rcapture stderr_mth_rcapture estimate_mh estimate_mh_rcapture stderr_mh_rcapture "
    "estimate_mth_bias_corrected profile_estimate profile_low profile_high",
    "regress": "se_hc2 i_deviance p_deviance i_lm_morantest p_lm_morantest",
    "slope_index": "sii_low_simulated sii_high_simulated rii_low_simulated rii_high_simulated",
    "concentration_index": "index_rineq_direct generalised_rineq_direct",
    "correlate": "p_twice_smaller_tail p_t",
}
#: R's glm stops at a relative deviance of 1e-8, here at one of a rate ratio of 1,317: its error is good to 2e-7 only.
LOOSER = {("slope_index", "counts 6"): 1e-6}


def of_bound(given, expected):
    lists = [f"L{n}" for n in range(len(given["patterns"][0]))]
    row = lower_bound(pd.DataFrame(given["patterns"], columns=lists).assign(value=given["count"])).iloc[0]
    spread = (row["estimate_high"] - row["seen"]) / (row["estimate"] - row["seen"])
    variance = np.expm1((np.log(spread) / 1.959963984540054) ** 2) - 1 / (row["estimate"] - row["seen"])
    return {
        "seen": row["seen"],
        "once": row["once"],
        "twice": row["twice"],
        "estimate_mth": row["estimate"],
        "unseen_mth": row["estimate"] - row["seen"],
        "log_unseen_se": np.sqrt(variance),
    }


def of_e_value(given, expected):
    frame = pd.DataFrame({"ratio": [given["ratio"]], "ratio_low": [given["low"]], "ratio_high": [given["high"]]})
    if "exposure_confounder" not in given:
        return e_value(frame)[["e_value", "e_limit"]].iloc[0].to_dict()
    row = e_value(frame, "ratio", given["exposure_confounder"], given["confounder_outcome"]).iloc[0]
    return {
        "bias_factor": row["bias_factor"],
        "ratio": row["bounded"],
        "low": row["bounded_low"],
        "high": row["bounded_high"],
    }


def of_ranks(given, expected):
    x, y = rankdata(given["x"]), rankdata(given["y"])
    first, second = np.triu_indices(len(x), 1)
    order, pair = np.sign(y[first] - y[second]), np.sign(x[first] - x[second])
    tau = order @ pair / np.sqrt((order @ order) * (pair @ pair))
    p = kendall_p(x, y)[0]
    found = {"rho": np.corrcoef(x, y)[0, 1], "tau": tau, "tau_b": tau, "p_tau": p}
    exact = spearman_p(x, y)[0]
    return found | {"p": p if "tau" in expected else exact, "p_permutation_200000": exact, "p_by_absolute_rho": exact}


def of_regression(given, expected):
    if "y" in given:
        return of_linear(given)
    counts, x, sizes = (np.asarray(given[name], dtype=float) for name in ("count", "x", "size"))
    if "neighbours" in given:
        fit = fit_counts(counts, x[:, None], sizes, "poisson", None)
        found = residual_moran((counts - fit.mean) / np.sqrt(fit.mean), weights_of(given))
        return {"i_pearson": found.i, "p_pearson": found.p_value}
    from scipy.special import stdtr, stdtrit

    found, free = {}, len(x) - 2
    for kind in ("HC1", "HC3"):
        fit = fit_counts(counts, x[:, None], sizes, "poisson", kind)
        found[f"se_{kind.lower()}"] = fit.errors[0]
    coefficient, error = fit.coefficients[0], fit.errors[0]
    leverage = fit.mean * np.einsum(
        "ij,jk,ik->i",
        design := np.column_stack([np.ones(len(x)), x]),
        np.linalg.inv((design.T * fit.mean) @ design),
        design,
    )
    for name, reach, p in (
        ("z", 1.959963984540054, 2 * stdtr(1e15, -abs(coefficient / error))),
        ("t", stdtrit(free, 0.975), 2 * stdtr(free, -abs(coefficient / error))),
    ):
        found |= {
            f"low_hc3_{name}": np.exp(coefficient - reach * error),
            f"high_hc3_{name}": np.exp(coefficient + reach * error),
            f"p_hc3_{name}": p,
        }
    return found | {"coef": coefficient, "ratio": np.exp(coefficient), "max_hat": leverage.max()}


def of_linear(given):
    from scipy.special import stdtr

    y = np.asarray(given["y"])
    design = np.column_stack([np.ones(len(y)), given["x_1"], given["x_2"]])
    inverse = np.linalg.inv(design.T @ design)
    coefficients = inverse @ design.T @ y
    errors = {
        kind: np.sqrt(np.diag(sandwich(design, np.ones(len(y)), y - design @ coefficients, inverse, kind)))
        for kind in ("HC1", "HC3")
    }
    found = {}
    for at in (1, 2):
        found |= {
            f"coef_{at}": coefficients[at],
            f"se_hc1_{at}": errors["HC1"][at],
            f"se_hc3_{at}": errors["HC3"][at],
            f"p_hc3_t_{at}": 2 * stdtr(len(y) - 3, -abs(coefficients[at] / errors["HC3"][at])),
        }
    return found


def weights_of(given):
    weights = np.zeros((len(given["neighbours"]),) * 2)
    for at, near in enumerate(given["neighbours"]):
        weights[at, near] = 1 / len(near)
    return weights


def of_concentration(given, expected):
    rates, weights = (np.asarray(given[name], dtype=float) for name in ("rate", "weight"))
    ranks = midpoint_ranks(np.asarray(given["rank_by"]), weights)
    index = concentration_index_of(rates, ranks, weights)
    error = kakwani_error(rates, ranks, index) if given["case"].endswith("kakwani variance") else 0.0
    if given["case"].endswith("regression variance"):
        error = convenient_error(rates, ranks, weights)
    return {"index": index, "generalised": index * (weights @ rates) / weights.sum(), "variance": error**2}


def of_slope(given, expected):
    from scipy.special import stdtrit

    if "count" in given:
        sizes = np.asarray(given["population"], dtype=float)
        ranks = midpoint_ranks(np.asarray(given["rank_by"]), sizes)
        fit = fit_counts(np.asarray(given["count"], dtype=float), ranks[:, None], sizes, "poisson", None)
        log, error = fit.coefficients[0], fit.errors[0]
        return {
            "log_rii": log,
            "rii": np.exp(log),
            "se_poisson": error,
            "low_poisson": np.exp(log - 1.959963984540054 * error),
            "high_poisson": np.exp(log + 1.959963984540054 * error),
            "dispersion": fit.dispersion,
            "se_quasi": error * np.sqrt(fit.dispersion),
        }
    rates, weights = (np.asarray(given[name], dtype=float) for name in ("rate", "weight"))
    ranks = midpoint_ranks(np.asarray(given.get("rank_by", given.get("quantile"))), weights)
    fitted = line(rates, ranks, weights)
    reach = stdtrit(len(rates) - 2, 0.975) * fitted.error
    found = {
        "sii": fitted.slope,
        "intercept": fitted.intercept,
        "rii_ends": (fitted.intercept + fitted.slope) / fitted.intercept,
        "rii_mean": fitted.slope / (weights @ rates / weights.sum()),
        "se_model": fitted.error,
        "low_t": fitted.slope - reach,
        "high_t": fitted.slope + reach,
    }
    return found | ({"se_hc3": line(rates, ranks, weights, "HC3").error} if "se_hc3" in expected else {})


def of_pooling(given, expected):
    effects, variances = np.asarray(given["effect"]), np.asarray(given["variance"])
    if "tau2_method" not in given:
        common = pooled_estimates(effects, variances, "common", "normal")
        free = pooled_estimates(effects, variances)
        found = {name: getattr(common, name) for name in ("estimate", "low", "high", "q", "q_p")}
        return found | {"se": common.error, "tau2_low": free.tau2_low, "tau2_high": free.tau2_high}
    way = {"REML": "reml", "PM": "paule-mandel"}[given["tau2_method"]]
    found = {}
    for errors, name in (("hartung-knapp", "hk"), ("normal", "z"), ("hartung-knapp-adhoc", "hk_adhoc")):
        fit = pooled_estimates(effects, variances, way, errors)
        found |= {f"low_{name}": fit.low, f"high_{name}": fit.high, f"se_{name}": fit.error, f"p_{name}": fit.p_value}
    found |= {"tau2": fit.tau2, "i2": fit.i2, "estimate": fit.estimate}
    for prediction, name in (("higgins", "hts_t_k2"), ("hartung-knapp", "hk_t_k1")):
        fit = pooled_estimates(effects, variances, way, prediction=prediction)
        found |= {f"pi_low_{name}": fit.predicted_low, f"pi_high_{name}": fit.predicted_high}
    return found


OURS = {
    "lower_bound": of_bound,
    "e_value": of_e_value,
    "correlate": of_ranks,
    "regress": of_regression,
    "concentration_index": of_concentration,
    "slope_index": of_slope,
    "meta_analysis": of_pooling,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['function']}: {case['case']}")
def test_outside_numbers(case):
    expected, tolerance = case["expected"], case["tolerance"]
    found = OURS[case["function"]](case["input"] | {"case": case["case"]}, expected)
    left = set(OTHER_DEFINITIONS.get(case["function"], "").split())
    compared = set(expected) - left
    assert compared, "a case of which nothing is compared"
    for name in compared:
        near = LOOSER.get((case["function"], case["case"]), tolerance.get(name, tolerance["default"]))
        assert abs(found[name] - expected[name]) <= near * max(1, abs(expected[name])), (
            f"{name}: {case['peer']} {expected[name]}, ours {found[name]}"
        )
