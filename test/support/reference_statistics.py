"""What scipy and statsmodels say of the series on standard input: an implementation that is not ours."""

import json
import sys

import numpy as np
from scipy import stats
from statsmodels.tsa.seasonal import STL


def judge(series):
    x, y = np.array(series["x"]), np.array(series["y"])
    slope, intercept, low, high = stats.theilslopes(y, x, alpha=0.95)
    answer = {
        "slope": slope,
        "intercept": intercept,
        "low": low,
        "high": high,
        "median": float(np.median(y)),
        "mad": float(stats.median_abs_deviation(y)),
    }
    if series.get("weekly"):
        fit = STL(y, period=7, robust=True).fit()
        rest = np.var(fit.resid)
        answer["strength"] = float(max(0.0, 1.0 - rest / np.var(fit.seasonal + fit.resid)))
    return answer


json.dump([judge(series) for series in json.load(sys.stdin)], sys.stdout)
