"""log Z of an RBM by NumPy: reads requests from stdin, so that the caller can interleave it with others.

usage: likelihood.py partition MODEL.npz STATES         the first STATES hidden states, in blocks, float64
       likelihood.py annealing MODEL.npz CHAINS STEPS    annealed importance sampling from fair coins, float32
prints one JSON line when ready, then one for each line of input: {"seconds": ..., "value": ...}
"""
import json, sys, time
import numpy as np

kind, path = sys.argv[1], sys.argv[2]
sizes = [int(x) for x in sys.argv[3:]]
f = np.load(path)
w, c, b = f["weights"], f["visibleBias"], f["hiddenBias"]


def softplus(x):
    return np.logaddexp(0, x)


def partition(states):
    wt, c64, b64 = w.T.astype(np.float64).copy(), c.astype(np.float64), b.astype(np.float64)
    places = np.arange(len(b), dtype=np.int64)
    logs = np.empty(states)
    block = 1024
    for first in range(0, states, block):
        h = ((np.arange(first, min(states, first + block))[:, None] >> places) & 1).astype(np.float64)
        logs[first:first + block] = h @ b64 + softplus(h @ wt + c64).sum(1)
    most = logs.max()
    return most + np.log(np.exp(logs - most).sum())


rng = np.random.default_rng(1)
wt32 = np.ascontiguousarray(w.T)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def annealing(chains, steps):
    v = (rng.random((chains, len(c)), dtype=np.float32) < 0.5).astype(np.float32)
    logs = np.zeros(chains)
    for k in range(steps):
        low, high = np.float32(k / steps), np.float32((k + 1) / steps)
        x = v @ w + b
        logs += (high - low) * (v @ c) + (softplus(high * x) - softplus(low * x)).sum(1)
        h = (rng.random(x.shape, dtype=np.float32) < sigmoid(high * x)).astype(np.float32)
        y = high * (h @ wt32 + c)
        v = (rng.random(y.shape, dtype=np.float32) < sigmoid(y)).astype(np.float32)
    most = logs.max()
    return most + np.log(np.exp(logs - most).mean()) + (len(b) + len(c)) * np.log(2)


work = {"partition": partition, "annealing": annealing}[kind]
print(json.dumps({"ready": kind, "versions": {"numpy": np.__version__}}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    value = float(work(*sizes))
    print(json.dumps({"seconds": time.perf_counter() - start, "value": value}), flush=True)
