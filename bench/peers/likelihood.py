"""log Z of an RBM by NumPy.

usage: likelihood.py partition MODEL.npz SMALL.npz STATES         the first STATES hidden states, in blocks, float64
       likelihood.py annealing MODEL.npz SMALL.npz CHAINS STEPS    annealed importance sampling from fair coins, float32
The greeting tells log Z of SMALL.npz: of all its hidden states, or estimated by 200 chains and steps.
"""
import sys
import numpy as np
from serve import serve, versions

kind, path, small_path = sys.argv[1:4]
sizes = [int(x) for x in sys.argv[4:]]


def model_of(path):
    f = np.load(path)
    return f["weights"], f["visibleBias"], f["hiddenBias"]


def softplus(x):
    """In place; log(1 + exp(x)) as it stands is several times quicker than logaddexp, and the inputs here are far from overflow."""
    np.exp(x, out=x)
    x += 1
    return np.log(x, out=x)


def partition(model, states):
    w, c, b = (a.astype(np.float64) for a in model)
    wt = w.T.copy()
    places = np.arange(len(b), dtype=np.int64)
    logs = np.empty(states)
    # so many that what belongs to them stays in the cache
    block = 128
    for first in range(0, states, block):
        h = ((np.arange(first, min(states, first + block))[:, None] >> places) & 1).astype(np.float64)
        x = h @ wt
        x += c
        logs[first:first + block] = h @ b + softplus(x).sum(1)
    most = logs.max()
    return [float(most + np.log(np.exp(logs - most).sum()))]


rng = np.random.default_rng(1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def annealing(model, chains, steps):
    w, c, b = model
    wt = np.ascontiguousarray(w.T)
    v = (rng.random((chains, len(c)), dtype=np.float32) < 0.5).astype(np.float32)
    logs = np.zeros(chains)
    for k in range(steps):
        low, high = np.float32(k / steps), np.float32((k + 1) / steps)
        x = v @ w + b
        logs += (high - low) * (v @ c) + (softplus(high * x) - softplus(low * x)).sum(1, dtype=np.float64)
        h = (rng.random(x.shape, dtype=np.float32) < sigmoid(high * x)).astype(np.float32)
        y = high * (h @ wt + c)
        v = (rng.random(y.shape, dtype=np.float32) < sigmoid(y)).astype(np.float32)
    most = logs.max()
    weights = np.exp(logs - most)
    error = weights.std(ddof=1) / weights.mean() / np.sqrt(chains)
    return [float(most + np.log(weights.mean()) + (len(b) + len(c)) * np.log(2)), float(error)]


work = {"partition": partition, "annealing": annealing}[kind]
small = model_of(small_path)
model = model_of(path)
check = work(small, *([2 ** len(small[2])] if kind == "partition" else [200, 200]))
serve({"ready": kind, "versions": versions(), "logPartition": check}, lambda: work(model, *sizes))
