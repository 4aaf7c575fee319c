"""Compares ARIMA and ETS of casa24-forecasting with statsmodels and statsforecast: see README.md beside this file."""

import argparse
import json
import math
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from statsforecast.models import AutoETS
from statsmodels import datasets
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

ROOT = Path(__file__).resolve().parents[2]

# What may differ. Likelihoods are natural logarithms.
SAME_LIKELIHOOD = 1e-5   # of the reference's likelihood with our coefficients, relative
LOWER_PEAK = 0.05        # how far below the reference's peak ours may be
SAME_PEAK = 0.05         # peaks this near are one peak: then coefficients are compared
ARIMA_ERRORS = 0.25      # coefficients, in standard errors of the reference
ETS_COEFFICIENT = 0.05   # smoothing parameters
UNIT_ROOT = 1.01         # a reference with a root nearer than this is a peak that the search does not choose
FORECAST = 1e-3          # ARIMA forecasts with our coefficients, in one-step standard deviations
ETS_FORECAST = 0.25      # ETS forecasts of the reference's own fit, in the same unit


def default_series():
    """Twenty real series that come with statsmodels: name, values, values in a season."""
    load = lambda name: getattr(datasets, name).load_pandas().data
    co2 = load("co2").co2.resample("MS").mean().dropna()
    yield "co2 monthly", co2.to_numpy()[:480], 12
    yield "elnino", load("elnino").iloc[:40, 1:].to_numpy().ravel(), 12
    yield "nile", load("nile").volume.to_numpy(), 1
    yield "sunspots", load("sunspots").SUNACTIVITY.to_numpy(), 1
    macro = load("macrodata")
    for column in ("realgdp", "realcons", "realinv", "realgovt", "realdpi", "cpi", "m1", "tbilrate", "unemp", "infl"):
        yield f"macrodata {column}", macro[column].to_numpy(), 4
    copper = load("copper")
    for column in ("WORLDCONSUMPTION", "COPPERPRICE", "INCOMEINDEX"):
        yield f"copper {column}", copper[column].to_numpy(), 1
    rates = load("interest_inflation")
    for column in ("Dp", "R"):
        yield f"interest_inflation {column}", rates[column].to_numpy(), 4
    yield "danish lrm", load("danish_data").lrm.to_numpy(), 4


def file_series(path):
    frame = pd.read_csv(path)
    for name, rows in frame.groupby("unique_id"):
        season = int(rows.season.iloc[0]) if "season" in frame else 7
        yield name, rows.y.to_numpy(float), season


def ours(series):
    """What the example program prints for the series."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "series.csv"
        with path.open("w") as file:
            file.write("unique_id,ds,y,season\n")
            for name, values, season in series:
                file.writelines(f"{name},{at},{value!r},{season}\n" for at, value in enumerate(map(float, values)))
        command = ["cargo", "run", "--quiet", "--release", "-p", "casa24-forecasting", "--example", "coefficients", path]
        output = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def compare_arima(row, values):
    trend = "c" if row["has_constant"] else "n"
    orders = {"order": row["order"], "seasonal_order": row["seasonal_order"], "trend": trend}
    if row["seasonal_order"][3] < 2:
        orders["seasonal_order"] = (0, 0, 0, 0)
    spread = np.std(np.diff(values)) or 1.0
    scaled = values / spread  # the reference's optimiser stops early on large numbers
    model = SARIMAX(scaled, simple_differencing=True, **orders)
    parts = {kind: [v for k, v in row["coefficients"].items() if re.fullmatch(kind + r"\d+", k)]
             for kind in ("ar", "ma", "sar", "sma")}
    mean = (row["coefficients"].get("mean") or row["coefficients"].get("drift") or 0.0) / spread
    intercept = mean * (1 - sum(parts["ar"])) * (1 - sum(parts["sar"]))
    params = [intercept] * (trend == "c") + sum(parts.values(), []) + [row["sigma2"] / spread**2]
    shift = len(model.endog) * math.log(spread)
    same = model.loglike(params) - shift
    fits = [model.fit(disp=0, maxiter=1000, **start) for start in ({}, {"start_params": params})]
    own = fits[0]
    peak = max(fit.llf for fit in fits) - shift
    found = row["log_likelihood"]
    checks = {"likelihood": abs(same - found) / max(1.0, abs(found)) <= SAME_LIKELIHOOD}
    (p, _, q), best = row["order"], max(fits, key=lambda fit: fit.llf)
    plain = best.params[trend == "c":]
    polynomials = [np.r_[1, -plain[:p]], np.r_[1, plain[p:p + q]]]
    roots = np.concatenate([np.roots(polynomial[::-1]) for polynomial in polynomials])
    if found >= peak - LOWER_PEAK or np.min(np.abs(roots), initial=np.inf) >= UNIT_ROOT:
        checks["peak"] = found >= peak - LOWER_PEAK
    distance = None
    if abs(own.llf - shift - found) <= SAME_PEAK and np.isfinite(own.bse[:-1]).all():
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.max(np.abs(own.params[:-1] - params[:-1]) / own.bse[:-1], initial=0.0)
        checks["coefficients"] = distance <= ARIMA_ERRORS
    reference = SARIMAX(scaled, **orders).smooth(params).forecast(14) * spread
    error = np.max(np.abs(reference - row["forecast"])) / math.sqrt(row["sigma2"])
    checks["forecast"] = error <= FORECAST
    return found, own.llf - shift, distance, error, checks


def compare_ets(row, values):
    error, trend, season = re.fullmatch(r"ETS\((.),(.d?),(.)\)", row["name"]).groups()
    kinds = {"A": "add", "M": "mul", "N": None}
    length = row["season_length"] if season != "N" else None
    scaled = values / np.mean(np.abs(values))
    model = ETSModel(scaled, error=kinds[error], trend=kinds[trend[0]], damped_trend=trend.endswith("d"),
                     seasonal=kinds[season], seasonal_periods=length)
    fit = model.fit(disp=0, maxiter=5000)
    count = len(values)
    # Without its constant, and with the scale put back, as forecast and statsforecast have it.
    constant = count / 2 * (math.log(2 * math.pi) + 1 - math.log(count))
    statsmodels_peak = fit.llf + constant - count * math.log(np.mean(np.abs(values)))
    other = AutoETS(season_length=length or 1, model=error + trend[0] + season, damped=trend.endswith("d") or None
                    if trend[0] != "N" else None).fit(values).model_["loglik"]
    found, peak = row["log_likelihood"], max(statsmodels_peak, other)
    checks = {"peak": found >= peak - LOWER_PEAK}
    distance = step = None
    if abs(statsmodels_peak - found) <= SAME_PEAK:
        names = {"alpha": "smoothing_level", "beta": "smoothing_trend", "gamma": "smoothing_seasonal",
                 "phi": "damping_trend"}
        reference = dict(zip(fit.param_names, fit.params))
        distance = max(abs(reference[names[k]] - v) for k, v in row["coefficients"].items())
        forecast = fit.forecast(14) * np.mean(np.abs(values))
        deviation = math.sqrt(row["sigma2"]) * (np.mean(np.abs(values[-14:])) if error == "M" else 1.0)
        step = np.max(np.abs(forecast - row["forecast"])) / deviation
        checks |= {"coefficients": distance <= ETS_COEFFICIENT, "forecast": step <= ETS_FORECAST}
    return found, peak, distance, step, checks


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", help="CSV with unique_id,ds,y[,season] instead of the public series")
    warnings.filterwarnings("ignore")
    path = parser.parse_args().file
    series = list(file_series(path) if path else default_series())
    values = {name: np.asarray(values, float) for name, values, _ in series}
    number = lambda value, digits: "-" if value is None else f"{value:.{digits}f}"
    print(f"{'series':28}{'model':36}{'likelihood':>12}{'reference':>12}{'coef.':>8}{'forecast':>10}  result")
    failed = 0
    for row in ours(series):
        compare = compare_arima if row["model"] == "arima" else compare_ets
        found, reference, distance, error, checks = compare(row, values[row["unique_id"]])
        wrong = [name for name, passed in checks.items() if not passed]
        failed += bool(wrong)
        note = "" if "coefficients" in checks else " (higher peak)" if "peak" in checks else " (reference at a unit root)"
        result = "fail: " + ", ".join(wrong) if wrong else "pass" + note
        print(f"{row['unique_id'][:27]:28}{row['name']:36}{found:12.3f}{reference:12.3f}{number(distance, 4):>8}"
              f"{number(error, 5):>10}  {result}", flush=True)
    print(f"{failed} of {2 * len(series)} fail")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
