"""python3 peers.py, in this folder: quantiles of times.csv by lifelines and statsmodels, log-log limits, to peers.json."""
import csv
import json
import math

import lifelines
import statsmodels
from lifelines.utils import qth_survival_times
from statsmodels.duration.survfunc import SurvfuncRight

sets = {}
for row in csv.DictReader(open("times.csv")):
    sets.setdefault(row["set"], []).append((float(row["time"]), int(row["event"])))


def number(value):
    return float(value) if math.isfinite(value) else None


def time_when(curve, level):
    found = qth_survival_times(level, curve)
    return number(found.iloc[0, 0] if hasattr(found, "iloc") else found)


cases = []
for name, rows in sets.items():
    times, events = zip(*rows)
    fit = lifelines.KaplanMeierFitter().fit(times, events)
    limits = fit.confidence_interval_
    curve = SurvfuncRight(times, events)
    for share in (0.25, 0.5, 0.75):
        low, high = curve.quantile_ci(share, method="cloglog")
        cases.append({
            "set": name,
            "share": share,
            "lifelines": {
                "estimate": number(fit.percentile(1 - share)),
                "low": time_when(limits.iloc[:, [0]], 1 - share),
                "high": time_when(limits.iloc[:, [1]], 1 - share),
            },
            "statsmodels": {"estimate": number(curve.quantile(share)), "low": number(low), "high": number(high)},
        })
versions = {"lifelines": lifelines.__version__, "statsmodels": statsmodels.__version__}
with open("peers.json", "w") as file:
    json.dump({"versions": versions, "cases": cases}, file, indent=1)
    file.write("\n")
