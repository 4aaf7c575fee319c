"""Finds the planted events of the bench `trends` with PELT of ruptures: see README.md beside this file."""

import argparse
import csv
import sys
from collections import Counter

import numpy as np
import ruptures

# Fewest days of a segment: one, for what happens on a day, and those of a pace.
FEWEST_DAYS = 1
FEWEST_DAYS_OF_PACE = 14
# Days around a planted change of pace within which a change point hits it.
WITHIN = 28
# Change points so near each other are one event: the two ends of a single day, or a pace whose start is seen better later.
SAME_DAY = 7
SAME_PACE = 28
# Days that must be known before anything is looked for, and how often it is while a series grows.
FIRST_DAYS = 56
EVERY_DAYS = 7


def penalty(steps):
    """The Bayesian information criterion of a change of mean, which costs a place and a mean: 2 s^2 ln n (Yao 1988). The
    spread s comes from the differences of neighbouring steps, which a change of mean leaves alone: their median absolute
    deviation, or where more than half of them are equal, their mean square (Rice 1984)."""
    differences = np.diff(steps)
    spread = 1.4826 * np.median(np.abs(differences - np.median(differences))) / np.sqrt(2)
    square = spread**2 if spread > 0 else np.mean(differences**2) / 2
    return 2 * square * np.log(len(steps))


def change_points(values, fewest_days):
    """First days of all segments but the first. The linear kernel is the sum of squares around the mean of a segment."""
    steps = np.diff(values)
    size = penalty(steps)
    if size == 0:
        return []
    search = ruptures.KernelCPD(kernel="linear", min_size=fewest_days, jump=1).fit(steps.reshape(-1, 1))
    # A step is that from a day to the next.
    return [place + 1 for place in search.predict(pen=size)[:-1]]


def events(points, same):
    """Number of change points where those near the one before are the same event."""
    return sum(1 for place, day in enumerate(points) if place == 0 or day - points[place - 1] > same)


def events_as_they_come(values, fewest_days, same):
    """The same where it is looked for once a week in the days up to then, and every event is told once."""
    told = []
    for num in range(FIRST_DAYS, len(values) + 1, EVERY_DAYS):
        for point in change_points(values[:num], fewest_days):
            if all(abs(point - known) > same for known in told):
                told.append(point)
    return len(told)


def hits(values, planted, day):
    """Whether a planted event is found by its last day (its own, or that of a pace 28 days on), and in the whole series."""
    is_pace = planted.startswith("pace")
    fewest_days, within = (FEWEST_DAYS_OF_PACE, WITHIN) if is_pace else (FEWEST_DAYS, 0)
    known = (values[: day + within + 1], values)
    return [any(abs(point - day) <= within for point in change_points(part, fewest_days)) for part in known]


def false_findings(values):
    """Events of days and of paces as they come, and the same in the whole series."""
    kinds = ((FEWEST_DAYS, SAME_DAY), (FEWEST_DAYS_OF_PACE, SAME_PACE))
    as_they_come = [events_as_they_come(values, fewest_days, same) for fewest_days, same in kinds]
    return as_they_come + [events(change_points(values, fewest_days), same) for fewest_days, same in kinds]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("series", help="what the bench wrote with --series")
    options = parser.parse_args()
    csv.field_size_limit(sys.maxsize)
    # By kind of series and planted event: number of series and days, and of hits or findings.
    num, num_days, counts = Counter(), Counter(), {}
    with open(options.series, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            values = np.array([float(value) for value in row["values"].split(" ")])
            planted = row["planted"]
            found = hits(values, planted, int(row["day"])) if planted else false_findings(values)
            key = (row["series"], planted)
            num[key] += 1
            num_days[key] += len(values)
            counts[key] = counts.get(key, 0) + np.array(found)
    print(f"ruptures {ruptures.__version__}")
    print("false findings per 1,000 series-days: looked for once a week in the days up to then, and in the whole series")
    print(f"{'series':<22} {'days':>9} {'paces':>9} {'days':>9} {'paces':>9}")
    for (series, planted), found in counts.items():
        if not planted:
            print(f"{series:<22}", *(f"{1000 * count / num_days[series, planted]:>9.2f}" for count in found))
    print("\nhits of planted events, percent: on the day (spike, drop, level), 28 days before or behind (pace);")
    print("with the days up to then, and in the whole series")
    print(f"{'series':<22} {'planted':<22} {'by then':>9} {'whole':>9}")
    for (series, planted), found in counts.items():
        if planted:
            print(f"{series:<22} {planted:<22}", *(f"{100 * count / num[series, planted]:>9.0f}" for count in found))


if __name__ == "__main__":
    main()
