"""Forecasts of casa24 and of statsforecast on the same series, and their errors.

A forecast is a dict of arrays: "mean", and for each level "lo-80" and "hi-80".
"""

import subprocess
import tempfile
import warnings
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import pandas as pd
from statsforecast.models import AutoARIMA, AutoETS, AutoTheta, Naive, SeasonalNaive

LEVELS = (80, 95)
PROGRAM = Path(__file__).resolve().parents[2] / "target/release/casa24"


def casa24(program, series, horizon, season, frequency):
    """All models of `casa24 forecast`: {name: {model: forecast}}; a series it leaves out is missing.

    series: {name: pandas series of values with a date index}.
    """
    with tempfile.TemporaryDirectory() as folder:
        path, output = Path(folder) / "series.csv", Path(folder) / "forecasts.csv"
        rows = [pd.DataFrame({"unique_id": name, "ds": values.index.strftime("%Y-%m-%d"), "y": values.to_numpy()})
                for name, values in series.items()]
        pd.concat(rows).to_csv(path, index=False)
        subprocess.run([program, "forecast", path, "--model", "all", "--horizon", str(horizon), "--season", str(season),
                        "--freq", frequency, "--level", ",".join(map(str, LEVELS)), "-o", output],
                       check=True, stderr=subprocess.PIPE, text=True)
        frame = pd.read_csv(output, dtype={"unique_id": str})
    models = [column for column in frame.columns[2:] if "-lo-" not in column and "-hi-" not in column]
    parts = [f"{side}-{level}" for level in LEVELS for side in ("lo", "hi")]
    return {name: {f"casa24 {model}": {"mean": rows[model].to_numpy(float)}
                   | {part: rows[f"{model}-{part}"].to_numpy(float) for part in parts} for model in models}
            for name, rows in frame.groupby("unique_id")}


def _reference(task):
    values, horizon, season = task
    warnings.filterwarnings("ignore")
    models = {"Naive": Naive(), "SeasonalNaive": SeasonalNaive(season), "AutoTheta": AutoTheta(season),
              "AutoETS": AutoETS(season), "AutoARIMA": AutoARIMA(season_length=season)}
    found = {}
    for name, model in models.items():
        try:
            found[name] = model.forecast(y=values, h=horizon, level=list(LEVELS))
        except Exception:  # statsforecast has no error of its own for a series that it cannot fit
            pass
    return found


def statsforecast(series, horizon, season, jobs):
    """Forecasts of statsforecast for a list of arrays: [{model: forecast}]; a model that fails is missing."""
    with Pool(jobs) as pool:
        return pool.map(_reference, [(values, horizon, season) for values in series], chunksize=4)


def usable(forecast):
    return forecast is not None and all(np.isfinite(values).all() for values in forecast.values())


def cut(forecast, horizon):
    return {part: values[:horizon] for part, values in forecast.items()}


def smape(actual, mean):
    """Symmetric mean absolute percentage error in percent, as in M4; two zeros are no error."""
    size = np.abs(actual) + np.abs(mean)
    return np.mean(np.divide(200 * np.abs(actual - mean), size, out=np.zeros(len(size)), where=size > 0))


def scale(values, season=1):
    """Mean absolute step in sample, over a season: the unit of MASE and MSIS."""
    season = season if len(values) > season else 1
    return np.mean(np.abs(values[season:] - values[:-season]))


def inside(actual, forecast, level):
    slack = 1e-9 * np.maximum(1, np.abs(actual))
    return (actual >= forecast[f"lo-{level}"] - slack) & (actual <= forecast[f"hi-{level}"] + slack)


def interval_score(actual, forecast, level):
    """MSIS before it is divided by the scale."""
    low, high = forecast[f"lo-{level}"], forecast[f"hi-{level}"]
    penalty = 2 / (1 - level / 100)
    return np.mean(high - low + penalty * (np.maximum(low - actual, 0) + np.maximum(actual - high, 0)))


def score(actual, values, forecast, season=1):
    """One row of scores of one forecast; MASE and MSIS are NaN where the scale is 0."""
    unit = scale(values, season) or np.nan
    row = {"smape": smape(actual, forecast["mean"]), "mase": np.mean(np.abs(actual - forecast["mean"])) / unit}
    for level in LEVELS:
        row[f"coverage_{level}"] = 100 * np.mean(inside(actual, forecast, level))
        row[f"msis_{level}"] = interval_score(actual, forecast, level) / unit
    return row
