"""Naive2 of M4."""

import numpy as np


def naive2(values, horizon, season):
    """Naive2 of M4: naive on the values without their season, if the test of M4 finds one."""
    flat = np.repeat(values[-1], horizon)
    if season == 1 or len(values) < 3 * season or values.min() <= 0 or np.ptp(values) == 0:
        return flat
    centred = values - values.mean()
    correlation = np.array([centred[lag:] @ centred[:-lag] for lag in range(1, season + 1)]) / (centred @ centred)
    if abs(correlation[-1]) <= 1.645 * np.sqrt((1 + 2 * np.sum(correlation[:-1] ** 2)) / len(values)):
        return flat
    half = season // 2
    window = np.ones(2 * half + 1) if season % 2 else np.r_[0.5, np.ones(2 * half - 1), 0.5]
    trend = np.convolve(values, window / season, "valid")
    factors = values[half:len(values) - half] / trend
    place = (np.arange(len(factors)) + half) % season
    index = np.array([factors[place == at].mean() for at in range(season)])
    index /= index.mean()
    return values[-1] / index[(len(values) - 1) % season] * index[(np.arange(horizon) + len(values)) % season]
