# What lifelines and statsmodels print for the people of people.csv, into programs.csv. Run in this folder:
#   python programs.py
import csv
import math

import lifelines
import numpy as np
import statsmodels
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from statsmodels.duration.survfunc import SurvfuncRight

rows = list(csv.DictReader(open("people.csv", encoding="utf-8")))
groups = list(dict.fromkeys((row["case"], row["arm"]) for row in rows))


def cell(value):
    value = float(value)
    return repr(value) if math.isfinite(value) else ""


with open("programs.csv", "w", newline="", encoding="utf-8") as to:
    out = csv.writer(to, lineterminator="\n")
    out.writerow("case arm program median low high survival survival_low survival_high".split())
    for case, arm in groups:
        own = [row for row in rows if (row["case"], row["arm"]) == (case, arm)]
        time = np.array([float(row["time"]) for row in own])
        event = np.array([int(row["event"]) for row in own])
        entry = np.array([float(row["entry"]) for row in own])
        is_late = (entry > 0).any()
        month = float(own[0]["month"] or "nan")

        fit = KaplanMeierFitter().fit(time, event, entry=entry if is_late else None)
        limits = fit.confidence_interval_
        median_limits = median_survival_times(limits)
        at = limits.index <= month
        share = fit.survival_function_at_times(month).iloc[0] if math.isfinite(month) else math.nan
        ends = limits[at].iloc[-1] if at.any() else [math.nan, math.nan]
        low, high = median_limits.iloc[0]
        out.writerow([case, arm, "lifelines"] + [cell(x) for x in (fit.median_survival_time_, low, high, share, ends.iloc[0], ends.iloc[1])])

        fit = SurvfuncRight(time, event, entry=entry if is_late else None)
        low, high = fit.quantile_ci(0.5)
        before = fit.surv_times <= month
        share = 1.0 if not before.any() else fit.surv_prob[before][-1]
        out.writerow([case, arm, "statsmodels"] + [cell(x) for x in (fit.quantile(0.5), low, high, share, math.nan, math.nan)])
print("lifelines", lifelines.__version__, "statsmodels", statsmodels.__version__)
