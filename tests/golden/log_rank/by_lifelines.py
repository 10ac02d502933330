# python by_lifelines.py, in this folder, with lifelines 0.30.3: the statistics of the sets without strata and late entries.
import csv
import json

from lifelines.statistics import multivariate_logrank_test

rows = [row for row in csv.DictReader(open("weighted.csv"))]
sets = list(dict.fromkeys(row["set"] for row in rows))
found = []
for name in sets:
    own = [row for row in rows if row["set"] == name]
    if any(row["entry"] not in ("", "NA") for row in own) or len({row["stratum"] for row in own}) > 1:
        continue
    time, event = [float(row["time"]) for row in own], [int(row["event"]) for row in own]
    group = [int(row["group"]) for row in own]
    one = {"set": name}
    for key, options in [
        ("gehan", {"weightings": "wilcoxon"}),
        ("tarone", {"weightings": "tarone-ware"}),
        ("peto", {"weightings": "peto"}),
        ("fleming_harrington_1_1", {"weightings": "fleming-harrington", "p": 1, "q": 1}),
        ("fleming_harrington_0_1", {"weightings": "fleming-harrington", "p": 0, "q": 1}),
    ]:
        one[key] = multivariate_logrank_test(time, group, event, **options).test_statistic
    found.append(one)
json.dump(found, open("lifelines.json", "w"), indent=1)
