"""Series for the tests of trends: made up month by month, or published.

`statistics/sicily.csv`: acute coronary events in Sicily by month with the age-standardised population, from the data of
Bernal, Cummins & Gasparrini
(2017), github.com/gasparrini/2017_lopezbernal_IJE_codedata. `statistics/nottem.csv`: air temperatures at Nottingham by
month, 1920 to 1939
(Anderson 1976), from R's datasets.
"""

from pathlib import Path

import pandas as pd


def monthly(values, first="2020-01", **columns):
    days = pd.period_range(first, periods=len(values), freq="M").to_timestamp()
    return pd.DataFrame({"day": days, "count": values, "absent": "unknown"} | columns)


def published(name):
    return pd.read_csv(Path(__file__).with_name("statistics") / f"{name}.csv")
