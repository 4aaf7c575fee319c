"""Public and generated series, casa24 against statsforecast: see README.md beside this file."""

import argparse
import importlib
import json
import warnings

import numpy as np
import pandas as pd
from statsforecast.utils import AirPassengers

import methods
from naive2 import naive2

# The conventions of M4: values in a season, values held out.
FREQUENCIES = {"monthly": (12, 18, "M"), "quarterly": (4, 8, "Q"), "yearly": (1, 6, "Y")}
GENERATED = 100
SEED = 24


def dataset(name):
    return importlib.import_module(f"statsmodels.datasets.{name}").load_pandas().data


def public():
    """Series that come with statsmodels: title, {name: values} and frequency of each group."""
    macro, inflation, danish = dataset("macrodata"), dataset("interest_inflation"), dataset("danish_data")
    monthly = {"co2": dataset("co2").co2.resample("MS").mean().interpolate(),
               "elnino": dataset("elnino").drop(columns="YEAR").stack(),
               "elec_equip": dataset("elec_equip").iloc[:, 0]}
    quarterly = {f"macrodata {name}": macro[name] for name in macro.columns.drop(["year", "quarter"])}
    quarterly |= {f"interest_inflation {name}": inflation[name] for name in ("Dp", "R")}
    quarterly |= {f"danish_data {name}": danish[name] for name in ("lrm", "lry", "lpy", "ibo", "ide")}
    copper = dataset("copper").drop(columns="TIME")
    yearly = {"nile": dataset("nile").volume, "sunspots": dataset("sunspots").SUNACTIVITY}
    yearly |= {f"copper {name}": copper[name] for name in copper}
    for firm, rows in dataset("grunfeld").groupby("firm"):
        yearly |= {f"grunfeld {firm} {name}": rows[name] for name in ("invest", "value", "capital")}
    fertility = dataset("fertility").set_index("Country Name").filter(regex=r"^\d+$").dropna(axis=1, how="all").dropna()
    groups = [("statsmodels monthly", "monthly", monthly), ("statsmodels quarterly", "quarterly", quarterly),
              ("statsmodels yearly", "yearly", yearly),
              ("statsmodels fertility", "yearly", dict(fertility.T.items()))]
    return [(title, {name: values.to_numpy(float) for name, values in group.items()}, frequency)
            for title, frequency, group in groups]


def generated():
    """Monthly series like those of M4: trend, season, noise that hangs together, and shifts of level."""
    random, series = np.random.default_rng(SEED), {}
    for number in range(GENERATED):
        count = int(random.integers(60, 201)) + FREQUENCIES["monthly"][1]
        at = np.arange(count)
        log_level = np.cumsum(random.normal(random.normal(0.002, 0.004), 10 ** random.uniform(-3, -1.6), count))
        shape = random.normal(0, 1, 12)
        season = random.choice([0.0, 0.03, 0.12]) * (shape - shape.mean())[at % 12]
        noise = random.normal(0, 10 ** random.uniform(-2.5, -1.2), count)
        shifts = np.zeros(count)
        for place in random.integers(0, count, random.integers(0, 3)):
            shifts[place:] += random.normal(0, 0.15)
        size = 10 ** random.uniform(2, 5)
        series[f"generated {number}"] = np.round(size * np.exp(log_level + season + noise + shifts), 2)
    return series


def compare(title, series, frequency, horizon, program, jobs):
    """Rows of the table of one group of series."""
    season, _, period = FREQUENCIES[frequency]
    train = {name: values[:-horizon] for name, values in series.items()}
    dated = {name: pd.Series(values, pd.period_range("1700-01", periods=len(values), freq=period).to_timestamp())
             for name, values in train.items()}
    ours = methods.casa24(program, dated, horizon, season, frequency)
    theirs = dict(zip(train, methods.statsforecast(list(train.values()), horizon, season, jobs)))
    rows = []
    for name, values in train.items():
        actual = series[name][-horizon:]
        bare = {"mean": naive2(values, horizon, season)} | {
            f"{side}-{level}": np.full(horizon, np.nan) for level in methods.LEVELS for side in ("lo", "hi")}
        found = {"Naive2": bare} | theirs[name] | ours.get(name, {})
        rows += [{"method": method, "series": name} | methods.score(actual, values, forecast, season)
                 for method, forecast in found.items() if method == "Naive2" or methods.usable(forecast)]
    rows = pd.DataFrame(rows)
    rows.loc[rows.method == "Naive2", [column for column in rows if column[-3:] in ("_80", "_95")]] = np.nan
    base, table = rows[rows.method == "Naive2"].set_index("series"), []
    for method, group in rows.groupby("method", sort=False):
        same = base.loc[group.series]
        table.append({"group": title, "method": method,
                      "owa": (group.smape.mean() / same.smape.mean() + group.mase.mean() / same.mase.mean()) / 2,
                      "smape": group.smape.mean(), "mase": group.mase.mean(), "coverage_95": group.coverage_95.mean(),
                      "msis_95": group.msis_95.mean(), "series": len(group)})
    return sorted(table, key=lambda row: row["owa"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--casa24", default=methods.PROGRAM, help="the program (default: target/release/casa24)")
    parser.add_argument("--jobs", type=int, default=2, help="processes for statsforecast")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    air = {"AirPassengers": np.asarray(AirPassengers, float)}
    groups = [("AirPassengers, last 24", air, "monthly", 24), ("AirPassengers, last 12", air, "monthly", 12)]
    groups += [(*group, FREQUENCIES[group[2]][1]) for group in public()]
    groups.append(("generated monthly", generated(), "monthly", FREQUENCIES["monthly"][1]))
    tables = []
    for title, series, frequency, horizon in groups:
        table = compare(title, series, frequency, horizon, options.casa24, options.jobs)
        tables += table
        if not options.json:
            print(f"{title}: {len(series)} series, horizon {horizon}, season {FREQUENCIES[frequency][0]}")
            shown = pd.DataFrame(table).drop(columns="group")
            print(shown.to_string(index=False, float_format=lambda value: f"{value:.3f}", na_rep="-"), "\n", flush=True)
    if options.json:
        print(json.dumps(json.loads(pd.DataFrame(tables).to_json(orient="records")), indent=2))


if __name__ == "__main__":
    main()
