"""Rolling origins on daily series, casa24 against statsforecast: see README.md beside this file."""

import argparse
import json
import sys

import numpy as np
import pandas as pd

import methods

SEASON = 7
MOVED = 28  # days before the origin


def daily(path):
    """Values above zero on a daily grid, gaps carried forward: {name: series}."""
    frame = pd.read_csv(path, parse_dates=["ds"], dtype={"unique_id": str})
    frame = frame[frame.y > 0].drop_duplicates(["unique_id", "ds"], keep="last").sort_values("ds")
    return {name: rows.set_index("ds").y.asfreq("D").ffill() for name, rows in frame.groupby("unique_id")}


def run(series, origins, horizons, min_values, program, jobs):
    """One row for each method, horizon, series and origin, and how often each method had no forecast."""
    longest, cases = max(horizons), []
    for origin in origins:
        known = {name: values[:origin] for name, values in series.items() if len(values[:origin])}
        ours = methods.casa24(program, known, longest, SEASON, "daily")
        after = {name: series[name][origin + pd.Timedelta(days=1):].to_numpy() for name in known}
        cases += [(origin, name, known[name].to_numpy(), after[name], ours.get(name, {})) for name in known
                  if len(known[name]) >= min_values and len(after[name]) >= min(horizons)]
        print(f"casa24 {origin.date()}: {len(known)} series", file=sys.stderr)
    print(f"statsforecast: {len(cases)} series and origins", file=sys.stderr)
    theirs = methods.statsforecast([case[2] for case in cases], longest, SEASON, jobs)
    names = list(dict.fromkeys(name for case, other in zip(cases, theirs) for name in (*other, *case[4])))
    rows = []
    for (origin, series_name, values, after, ours), other in zip(cases, theirs):
        moved = bool(np.diff(values[-MOVED - 1:]).any())
        for name in names:
            forecast = (other | ours).get(name)
            failed = not methods.usable(forecast)
            forecast = other["Naive"] if failed else forecast
            for horizon in horizons:
                if len(after) >= horizon:
                    scores = methods.score(after[:horizon], values, methods.cut(forecast, horizon))
                    rows.append({"method": name, "horizon": horizon, "series": series_name, "origin": origin,
                                 "moved": moved, "failed": failed} | scores)
    return pd.DataFrame(rows)


def summary(rows):
    """Means for each horizon and method."""
    table = []
    for horizon, part in rows.groupby("horizon"):
        naive = part[part.method == "Naive"][["smape", "mase"]].mean()
        for name, group in part.groupby("method", sort=False):
            means = group[[column for column in rows if column[-3:] in ("_80", "_95")] + ["smape", "mase"]].mean()
            moved = group[group.moved]
            table.append({"horizon": horizon, "method": name,
                          "owa": (means.smape / naive.smape + means.mase / naive.mase) / 2,
                          "smape": means.smape, "mase": means.mase,
                          "coverage_80": means.coverage_80, "coverage_95": means.coverage_95,
                          "moved_80": moved.coverage_80.mean(), "moved_95": moved.coverage_95.mean(),
                          "msis_80": means.msis_80, "msis_95": means.msis_95,
                          "cases": len(group), "moved": len(moved), "failed": int(group.failed.sum())})
    return pd.DataFrame(table).sort_values(["horizon", "owa"], kind="stable")


def main():
    numbers = lambda text: [int(part) for part in text.split(",")]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="CSV with unique_id,ds,y, daily")
    parser.add_argument("--casa24", default=methods.PROGRAM, help="the program (default: target/release/casa24)")
    parser.add_argument("--from", dest="first", default="2025-07-06", help="first origin")
    parser.add_argument("--until", default="2025-08-31", help="last origin")
    parser.add_argument("--every", type=int, default=7, help="days between origins")
    parser.add_argument("--horizons", type=numbers, default=[7, 30])
    parser.add_argument("--min-values", type=int, default=30, help="days that a series has by an origin to take part")
    parser.add_argument("--jobs", type=int, default=2, help="processes for statsforecast")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    origins = pd.date_range(options.first, options.until, freq=f"{options.every}D")
    rows = run(daily(options.file), origins, options.horizons, options.min_values, options.casa24, options.jobs)
    if rows.empty:
        sys.exit("no series has enough values before and after an origin")
    table = summary(rows)
    if options.json:
        print(json.dumps(json.loads(table.to_json(orient="records")), indent=2))
    else:
        print(table.to_string(index=False, float_format=lambda value: f"{value:.3f}"))


if __name__ == "__main__":
    main()
