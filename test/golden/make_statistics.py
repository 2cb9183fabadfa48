"""Makes statistics.json: what SciPy computes for intervals, trimmed means, the bootstrap and smoothed curves.

    python -m venv golden && golden/bin/pip install -r test/golden/requirements.txt
    golden/bin/python test/golden/make_statistics.py
"""

import itertools
import json
import pathlib

import numpy as np
from scipy import ndimage, signal, stats

generator = np.random.default_rng(7)

sets = [generator.normal(0.6, 0.2, size).round(6).tolist() for size in (2, 3, 4, 5, 8, 20)] + [
    [0.5, 0.5, 0.5],
    [1.0, 0.0, 1.0, 1.0],
]


def bootstrap(values, statistic):
    if len(values) <= 5:
        resamples = [statistic(np.array(each)) for each in itertools.product(values, repeat=len(values))]
        return {"exact": np.percentile(resamples, [2.5, 97.5]).tolist()}
    result = stats.bootstrap((np.array(values),), statistic, method="percentile", n_resamples=19_999, vectorized=False, rng=1)
    return {"drawn": list(result.confidence_interval)}


def trimmed(values):
    return stats.trim_mean(values, 0.25)


def row(values):
    array = np.array(values)
    error = stats.sem(array)
    interval = stats.t.interval(0.95, len(values) - 1, loc=array.mean(), scale=error) if error > 0 else [array.mean()] * 2
    return {
        "values": values,
        "mean": array.mean(),
        "sd": array.std(ddof=1),
        "se": error,
        "interval": list(interval),
        "iqm": trimmed(array),
        "bootstrap": bootstrap(values, np.mean),
        "iqmBootstrap": bootstrap(values, trimmed),
    }


def smoothed(curve):
    array = np.array(curve)
    ones = np.ones_like(array)

    def gaussian(deviation):
        reach = dict(radius=int(np.ceil(4 * deviation)), mode="constant")
        return ndimage.gaussian_filter1d(array, deviation, **reach) / ndimage.gaussian_filter1d(ones, deviation, **reach)

    def running(width):
        box = np.ones(2 * (width // 2) + 1)
        return ndimage.convolve1d(array, box, mode="constant") / ndimage.convolve1d(ones, box, mode="constant")

    def average(weight):
        biased = signal.lfilter([1 - weight], [1, -weight], array)
        return biased / (1 - weight ** np.arange(1, len(array) + 1))

    return {
        "values": curve,
        "gaussian": {str(deviation): gaussian(deviation).tolist() for deviation in (0.5, 2, 3.3)},
        "mean": {str(width): running(width).tolist() for width in (1, 4, 7)},
        "ema": {str(weight): average(weight).tolist() for weight in (0, 0.6, 0.99)},
    }


result = {
    "sets": [row(values) for values in sets],
    "curves": [smoothed(generator.normal(0, 1, size).cumsum().round(6).tolist()) for size in (3, 40)],
}
path = pathlib.Path(__file__).with_name("statistics.json")
path.write_text(json.dumps(result, indent=1) + "\n")
