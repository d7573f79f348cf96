"""Frames as the panel gives them, small and made up only of what the charts need."""

import pandas as pd

COUNTS = {
    "USA": 187, "BRA": 110, "IND": 98, "ITA": 78, "JPN": 61, "DEU": 50, "FRA": 45, "TUR": 44, "GBR": 39, "MEX": 33,
    "AUS": 30, "IRN": 25, "CAN": 22, "ZAF": 17, "CHN": 14, "ESP": 12, "CHL": 9, "RUS": 6, "SRB": 5, "SGP": 4,
    "HKG": 3, "CHE": 2, "MLT": 1,
}  # fmt: skip


def panel(counts=None, measure="servers_exposed", survey="made-up-2019", **columns):
    """One row a country; figures with a zero at the end are taken for rounded."""
    counts = COUNTS if counts is None else counts
    rows = [
        {
            "source": f"{survey}-report", "survey": survey, "tier": "primary", "seen": "full", "published": "2019-09",
            "scan_from": "2019-07", "scan_to": "2019-09", "place": code, "iso3": code, "measure": measure, "asset": "dicom",
            "value": float(value), "low": value - 5.0 if value % 10 == 0 and value > 9 else float(value),
            "high": value + 5.0 if value % 10 == 0 and value > 9 else float(value), "qualifier": "", "figure": str(value),
            "locator": "table 1",
        }
        for code, value in counts.items()
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


def rated(frame=None):
    """With a rate, an interval around it, and the columns that ``ex.rates`` adds."""
    frame = panel() if frame is None else frame
    people = frame["iso3"].map({"USA": 328.0, "BRA": 211.0, "IND": 1366.0, "CHN": 1398.0, "MLT": 0.5}).fillna(60.0) * 1e6
    rate = frame["value"] / people * 1e6
    return frame.assign(
        denominator=people, denominator_year=2019, rate=rate, rate_low=0.9 * rate, rate_high=1.1 * rate,
        rate_method="exact Poisson", level=0.95,
    )  # fmt: skip


def with_world(part=13_700_000, total=24_300_000):
    """A total and one part, each rounded to its last printed digit."""
    frame = panel({"USA": part, "WLD": total}, measure="studies")
    return frame.assign(low=frame["value"] - 50_000, high=frame["value"] + 50_000)


def claims():
    verdicts = ["supported", "within rounding", "definition differs", "contradicted", "not checkable"]
    return pd.DataFrame(
        [{"source": f"account-{i % 7}", "survey": "made-up-2019", "verdict": verdicts[(i * i + i // 3) % 5]} for i in range(60)]
    )


def many_measures():
    return pd.concat(
        [
            panel(),
            panel(dict(list(COUNTS.items())[:12]), measure="studies"),
            panel(dict(list(COUNTS.items())[:5]), measure="images_accessible", tier="secondary"),
        ]
    )
