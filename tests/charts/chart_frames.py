"""Frames as the panel gives them, small and made up only of what the charts need."""

import math

import pandas as pd

COUNTS = {
    "USA": 187,
    "BRA": 110,
    "IND": 98,
    "ITA": 78,
    "JPN": 61,
    "DEU": 50,
    "FRA": 45,
    "TUR": 44,
    "GBR": 39,
    "MEX": 33,
    "AUS": 30,
    "IRN": 25,
    "CAN": 22,
    "ZAF": 17,
    "CHN": 14,
    "ESP": 12,
    "CHL": 9,
    "RUS": 6,
    "SRB": 5,
    "SGP": 4,
    "HKG": 3,
    "CHE": 2,
    "MLT": 1,
}

#: Places whose names are long in every language, for the same counts.
LONG_NAMES = ["COD", "VGB", "BIH", "FSM", "DOM", "ATG", "TTO", "PNG", "VCT", "CAF", "SGS", "ARE", "GBR", "USA", "MKD"]
LONG_NAMES += ["KNA", "TCA", "PRK", "STP", "SAU", "SPM", "MHL", "NLD"]


def panel(counts=None, measure="servers_exposed", survey="made-up-2019", **columns):
    """One row a country; figures with a zero at the end are taken for rounded."""
    counts = COUNTS if counts is None else counts
    rows = [
        {
            "source": f"{survey}-report",
            "survey": survey,
            "tier": "primary",
            "seen": "full",
            "published": "2019-09",
            "scan_from": "2019-07",
            "scan_to": "2019-09",
            "place": code,
            "iso3": code,
            "measure": measure,
            "asset": "dicom",
            "value": float(value),
            "low": value - 5.0 if value % 10 == 0 and value > 9 else float(value),
            "high": value + 5.0 if value % 10 == 0 and value > 9 else float(value),
            "qualifier": "",
            "figure": str(value),
            "locator": "table 1",
        }
        for code, value in counts.items()
    ]
    return pd.DataFrame(rows).assign(**columns)


def rated(frame=None):
    """With a rate, an interval around it, and the columns that ``ex.rates`` adds."""
    frame = panel() if frame is None else frame
    people = (
        frame["iso3"].map({"USA": 328.0, "BRA": 211.0, "IND": 1366.0, "CHN": 1398.0, "MLT": 0.5}).fillna(60.0) * 1e6
    )
    rate = frame["value"] / people * 1e6
    return frame.assign(
        denominator=people,
        denominator_year=2019,
        rate=rate,
        rate_low=0.9 * rate,
        rate_high=1.1 * rate,
        rate_method="exact Poisson",
        level=0.95,
        rate_per="population",
        rate_scale=1e6,
        limits="both",
    )


def with_world(part=13_700_000, total=24_300_000):
    """A total and one part, each rounded to its last printed digit."""
    frame = panel({"USA": part, "WLD": total}, measure="studies")
    return frame.assign(low=frame["value"] - 50_000, high=frame["value"] + 50_000)


def claims():
    verdicts = ["supported", "within rounding", "definition differs", "contradicted", "not checkable"]
    return pd.DataFrame(
        [
            {"source": f"account-{i % 7}", "survey": "made-up-2019", "verdict": verdicts[(i * i + i // 3) % 5]}
            for i in range(60)
        ]
    )


def many_measures():
    return pd.concat(
        [
            panel(),
            panel(dict(list(COUNTS.items())[:12]), measure="studies"),
            panel(dict(list(COUNTS.items())[:5]), measure="images_accessible", tier="secondary"),
        ]
    )


def two_waves(by="place"):
    """Two surveys of one programme: places of one measure, or measures of the world."""
    if by == "place":
        return pd.concat(
            [panel(), panel({k: 1.5 * v for k, v in COUNTS.items()}, survey="made-up-2020", scan_to="2020-03")]
        )
    rows = [
        panel({"WLD": value}, measure=measure, survey=survey, scan_to=when)
        for survey, when, values in (
            ("made-up-2019", "2019-09", (590, 24_300_000, 737_000_000)),
            ("made-up-2020", "2020-03", (547, 35_000_000, 1_190_000_000)),
        )
        for measure, value in zip(("servers_exposed", "studies", "images"), values, strict=True)
    ]
    return pd.concat(rows)


def over_time():
    """Four surveys of the world, of which only the second and third may be joined in the tests."""
    found = [
        ("made-up-2016", "2016", 2774),
        ("made-up-2019", "2019-09", 590),
        ("made-up-2020", "2020-03-14", 547),
        ("made-up-2023", "2023-12", 3806),
    ]
    return pd.concat(
        [panel({"WLD": value}, survey=survey, scan_to=when, scan_from="") for survey, when, value in found]
    )


def several_waves():
    """Three surveys of many places; the last lacks a few."""
    later = {code: round(value * (0.6 if n % 3 == 0 else 1.3)) for n, (code, value) in enumerate(COUNTS.items())}
    last = {code: value for n, (code, value) in enumerate(later.items()) if n % 4}
    return pd.concat(
        [
            panel(),
            panel(later, survey="made-up-2020", scan_to="2020-03"),
            panel(last, survey="made-up-2021", scan_to="2021-05-02"),
        ]
    )


def one_unit():
    """Two measures of servers, of few places."""
    some = dict(list(COUNTS.items())[:6])
    return pd.concat(
        [
            panel(some),
            panel({code: round(0.3 * value) for code, value in list(some.items())[:5]}, measure="servers_open"),
        ]
    )


def as_result(frame, statistic, **attrs):
    """With what a statistic's result says of itself, but of a family that has no sentence."""
    frame.attrs = {
        "method": "made up",
        "level": 0.95,
        "limits": "both",
        "seed": 1,
        "sources": ["made-up-2019-report"],
        "surveys": [],
        "measures": ["servers_exposed"],
        "warnings": [],
        "missing": [],
        "parameters": {},
        **attrs,
    }
    return frame.assign(
        source="made-up-2019-report", published="2019-09", scan_from="2019-07", scan_to="2019-09", seen="full"
    )


def funnel():
    """Counts against a made-up population, with limits from the normal approximation."""
    people = {
        "USA": 328,
        "BRA": 211,
        "IND": 1366,
        "ITA": 60,
        "JPN": 126,
        "DEU": 83,
        "FRA": 65,
        "TUR": 83,
        "GBR": 67,
        "MEX": 128,
        "AUS": 25,
        "IRN": 83,
        "CAN": 37,
        "ZAF": 59,
        "CHN": 1398,
        "ESP": 47,
        "CHL": 19,
        "RUS": 144,
        "SRB": 7,
        "SGP": 6,
        "HKG": 7.5,
        "CHE": 8.6,
        "MLT": 0.5,
    }
    frame = pd.DataFrame({"iso3": list(COUNTS), "observed": [float(n) for n in COUNTS.values()]})
    size = frame["iso3"].map(people)
    frame["expected"] = size * frame["observed"].sum() / size.sum()
    frame["ratio"] = frame["observed"] / frame["expected"]
    spread = frame["expected"] ** -0.5
    frame["ratio_low"] = (frame["ratio"] - 1.96 * spread * frame["ratio"] ** 0.5).clip(lower=0)
    frame["ratio_high"] = frame["ratio"] + 1.96 * spread * frame["ratio"] ** 0.5
    for name, z in (("95", 1.96), ("998", 3.09)):
        frame[f"ratio_low_{name}"], frame[f"ratio_high_{name}"] = (1 - z * spread).clip(lower=0), 1 + z * spread
    return as_result(frame.assign(measure="servers_exposed"), "made_up")


def lorenz():
    counts = sorted(COUNTS.values())
    share = pd.Series([0, *counts]).cumsum() / sum(counts)
    places = pd.Series(range(len(share))) / len(counts)
    ordered = [None, *sorted(COUNTS, key=COUNTS.get)]
    frame = pd.DataFrame({"iso3": pd.Series(ordered, dtype="str"), "place_share": places, "count_share": share})
    inside = (share * (1 - share)).to_numpy() * 0.3
    return as_result(
        frame.assign(count_share_low=share - inside, count_share_high=share + inside, measure="servers_exposed"),
        "made_up",
    )


def ranked():
    """Ranks from the intervals: how many surely are above, how many surely are below."""
    frame = panel()
    wide = frame.assign(low=0.8 * frame["value"], high=1.2 * frame["value"])
    above = [int((wide["low"] > high).sum()) for high in wide["high"]]
    below = [int((wide["high"] < low).sum()) for low in wide["low"]]
    return wide.assign(
        rank=range(1, len(wide) + 1),
        rank_low=[1 + n for n in above],
        rank_high=[len(wide) - n for n in below],
        undetermined=wide["value"] < 4,
        level=0.95,
    )


def models():
    rows = [
        ("independent", 812.4, 760.2, 881.9),
        ("lists 1 and 2 depend", 1203.0, 940.0, 1650.0),
        ("lists 1 and 3 depend", 905.5, 801.0, 1077.0),
        ("all pairs depend", 2410.0, 1100.0, 6900.0),
        ("Chao, lower bound", 790.0, 731.0, 880.0),
    ]
    return as_result(pd.DataFrame(rows, columns=["model", "estimate", "estimate_low", "estimate_high"]), "made_up")


def found_again():
    frame = pd.DataFrame({"iso3": ["ESP", "DEU"], "listed": [54.0, 1449.0], "found": [49.0, 1426.0]})
    return as_result(
        frame.assign(share=frame["found"] / frame["listed"], share_low=[0.80, 0.976], share_high=[0.96, 0.99]),
        "made_up",
        measures=["hosts"],
    )


def tornado():
    rows = [
        ("cost per record", 150.0, 430.0, 2.1e9, 6.2e9),
        ("share of records affected", 0.2, 0.6, 2.4e9, 5.4e9),
        ("years of monitoring", 1.0, 3.0, 3.3e9, 4.6e9),
        ("share of duplicates among the studies that were counted", 0.05, 0.1, 3.7e9, 3.9e9),
    ]
    frame = pd.DataFrame(rows, columns=["assumption", "input_low", "input_high", "low", "high"]).assign(
        central=3.8e9, unit=["US dollars", "", "years", ""]
    )
    return as_result(frame, "made_up", measures=["studies"], parameters={"outcome": "US dollars"})


def days(places=("DEU",), many=150, grain="D", **columns):
    """A made-up series: a slow wave, a season, a gap, and an interval around the first place."""
    rows = []
    for n, code in enumerate(places):
        when = pd.period_range("2019-01-01", periods=many, freq=grain)
        level = [
            round((40 + 25 * math.sin(at / 19 + n) + 9 * math.sin(at * 2 * math.pi / 12)) * (n + 1))
            for at in range(many)
        ]
        frame = pd.DataFrame(
            {
                "day": when.to_timestamp(),
                "place": code,
                "iso3": code,
                "measure": "servers_exposed",
                "count": level,
                "source": "made-up-monitor",
                "absent": "unknown",
            }
        )
        rows.append(frame.drop(index=range(60, 75), errors="ignore").assign(**columns))
    frame = pd.concat(rows)
    return frame.assign(low=frame["count"] - 4, high=frame["count"] + 4) if len(places) == 1 else frame


def decomposed():
    """With the trend beside it, and a day that stands out."""
    from analysis.statistics import decompose

    frame = decompose(days(many=130, grain="M").assign(low=float("nan"), high=float("nan")))
    frame["anomaly"] = frame["count"].eq(frame["count"].max())
    return frame


def other_method(date="2019-04-10"):
    return pd.DataFrame({"date": [date], "reason": ["made-up: another way"]})


def events():
    return pd.DataFrame(
        {
            "date": ["2019-02-01", "2019-02-03", "2019-05-20"],
            "place": "DEU",
            "kind": ["law", "incident", "warning"],
            "event": ["made-up law", "made-up incident", "made-up warning"],
            "source": "made-up paper",
            "url": "",
        }
    )


def any_method(monkeypatch):
    """Made-up surveys are not in the data: here they are comparable, but for the first of each row of surveys."""

    order = ["made-up-2016", "made-up-2019", "made-up-2020", "made-up-2021", "made-up-2023"]
    from analysis.charts import footnotes, survey_breaks

    monkeypatch.setattr(footnotes, "require_one_method", lambda frame, lang: [])
    apart = {("made-up-2016", "made-up-2019"), ("made-up-2020", "made-up-2023")}

    def verdict(one, other):
        return (False, "another method") if tuple(sorted((one, other), key=order.index)) in apart else (True, "")

    monkeypatch.setattr(survey_breaks, "_verdicts", lambda rows, lang: verdict)


#: A chart of every kind and of each of its pictures.
CHARTS = {
    "map": lambda chart, **how: chart.map(rated(), **how),
    "map-circles": lambda chart, **how: chart.map(panel(), symbols=True, **how),
    "map-insets": lambda chart, **how: chart.map(rated(), insets=("europe", "middle_east", "central_america"), **how),
    "ranking": lambda chart, **how: chart.ranking(panel(), **how),
    "ranking-rate": lambda chart, **how: chart.ranking(rated(), **how),
    "ranking-sets": lambda chart, **how: chart.ranking(ranked(), **how),
    "ranking-bars": lambda chart, **how: chart.ranking(panel(), bars=True, **how),
    "funnel": lambda chart, **how: chart.funnel(funnel(), **how),
    "slope-places": lambda chart, **how: chart.slope(two_waves(), **how),
    "slope-measures": lambda chart, **how: chart.slope(two_waves("measure"), **how),
    "timeline": lambda chart, **how: chart.timeline(over_time(), across_breaks="mark", **how),
    "small_multiples": lambda chart, **how: chart.small_multiples(several_waves(), **how),
    "small_multiples-measures": lambda chart, **how: chart.small_multiples(one_unit(), **how),
    "share": lambda chart, **how: chart.share(with_world(), **how),
    "lorenz": lambda chart, **how: chart.lorenz(lorenz(), **how),
    "overlap": lambda chart, **how: chart.overlap(models(), **how),
    "overlap-one-sided": lambda chart, **how: chart.overlap(found_again(), **how),
    "scenario": lambda chart, **how: chart.scenario(tornado(), **how),
    "timeline-days": lambda chart, **how: chart.timeline(days(), breaks=other_method(), events=events(), **how),
    "timeline-months": lambda chart, **how: chart.timeline(decomposed(), **how),
    "small_multiples-days": lambda chart, **how: chart.small_multiples(
        days(tuple(COUNTS)[:14], many=130, grain="M"), **how
    ),
    "calendar": lambda chart, **how: chart.calendar(days(many=140, grain="M"), breaks=other_method("2022-03"), **how),
    "calendar-days": lambda chart, **how: chart.calendar(days(many=700), **how),
    "claims": lambda chart, **how: chart.claims(claims(), **how),
    "coverage": lambda chart, **how: chart.coverage(many_measures(), **how),
}
