"""Makes fixed_points.json: where policies over 8 outputs end that maximise E[r] - beta * KL, by NumPy alone.

    golden/bin/python test/golden/make_fixed_points.py

No gradient descent here: the optimum under the true divergence has a closed form; the expected gradient of k3 in a loss is that of
KL(pi_ref || pi), so its optimum solves r + beta pi_ref / pi = constant, found by bisection; the expected gradient of k1 in a loss
is 0, so only the reward is left and the best output takes everything. Reference, rewards and beta are chosen, not drawn.
"""

import json
import pathlib

import numpy as np

reference = np.array([0.07, 0.13, 0.17, 0.14, 0.07, 0.15, 0.18, 0.09])
rewards = np.array([0.6, 0.94, 0.2, 0.13, 0.4, 0.51, 0.8, 0.59])
beta = 0.3


def total_variation(p, q):
    return 0.5 * np.abs(p - q).sum()


optimum = reference * np.exp(rewards / beta)
optimum /= optimum.sum()

low, high = rewards.max(), rewards.max() + beta
for _ in range(200):
    level = (low + high) / 2
    if (beta * reference / (level - rewards)).sum() > 1:
        low = level
    else:
        high = level
forward = beta * reference / (high - rewards)

best = (np.arange(8) == rewards.argmax()).astype(float)
log_ratio = np.log(optimum / reference)
out = {
    "reference": reference.tolist(),
    "rewards": rewards.tolist(),
    "beta": beta,
    "optimum": optimum.tolist(),
    "k3InLoss": forward.tolist(),
    "k3InLossDistance": total_variation(forward, optimum),
    "collapseDistance": total_variation(best, optimum),
    "kl": (optimum * log_ratio).sum(),
    "k2": (optimum * log_ratio**2).sum() / 2,
}
pathlib.Path(__file__).with_name("fixed_points.json").write_text(json.dumps(out) + "\n")
