"""When scipy's Theil-Sen line reaches a limit, how far such lines were off in the past, and when statsmodels' least
squares would reach it: written from docs/history.md, not from the code."""

import json
import math
import sys

import numpy as np
import statsmodels.api as sm
from scipy import stats


def days_until(free, slope):
    return math.floor(free / slope) if slope > 0 else None


def back_test(x, y, limit):
    horizon = 30 if len(x) >= 60 else 14
    errors = []
    for known in range(len(x) - horizon, 13, -7):
        slope = stats.theilslopes(y[:known], x[:known], alpha=0.95).slope
        at = x[known - 1]
        hits = np.flatnonzero(np.abs(x - at - horizon) < 1)
        if hits.size:
            came = hits[0]
            errors.append(abs(y[known - 1] + slope * (x[came] - at) - y[came]))
    if not errors:
        return None
    error = float(np.median(errors))
    return {"forecasts": len(errors), "horizonDays": horizon, "error": error, "percent": error / limit * 100}


def judge(series):
    x, y, limit = np.array(series["x"]), np.array(series["y"]), series["limit"]
    slope, intercept, low, high = stats.theilslopes(y, x, alpha=0.95)
    free = limit - y[-1]
    rest = stats.median_abs_deviation(y - (intercept + slope * x))
    least_squares = sm.OLS(y, sm.add_constant(x)).fit()
    return {
        "quality": float(1 - rest / stats.median_abs_deviation(y)),
        "low": low,
        "expected": days_until(free, slope),
        "earliest": days_until(free, high),
        "latest": days_until(free, low),
        "leastSquares": float(free / least_squares.params[1]),
        "backTest": back_test(x, y, limit),
    }


json.dump([judge(series) for series in json.load(sys.stdin)], sys.stdout)
