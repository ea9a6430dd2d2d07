"""One epoch of CD-1 by NumPy or scikit-learn: reads requests from stdin, so that the caller can interleave it with others.

usage: cd1.py (numpy|sklearn) DATA.npz HIDDEN     prints one JSON line when ready, then one for each line of input: {"seconds": ...}
"""
import json, sys, time
import numpy as np

kind, path, hidden = sys.argv[1], sys.argv[2], int(sys.argv[3])
f = np.load(path)
x = np.unpackbits(f["bits"], axis=1, count=int(np.prod(f["shape"])), bitorder="little").astype(np.float32)
batch, rate, momentum = 100, 0.1, 0.5
versions = {"numpy": np.__version__}

if kind == "sklearn":
    import sklearn
    from sklearn.neural_network import BernoulliRBM
    versions["scikit-learn"] = sklearn.__version__
    rbm = BernoulliRBM(n_components=hidden, learning_rate=rate, batch_size=batch, n_iter=1, random_state=1)
    rbm.partial_fit(x[:batch])

    def epoch():
        for k in range(0, len(x), batch):
            rbm._fit(x[k:k + batch], rbm.random_state_)

else:
    rng = np.random.default_rng(1)
    w = rng.normal(0, 0.01, (x.shape[1], hidden)).astype(np.float32)
    b, c = np.zeros(hidden, np.float32), np.zeros(x.shape[1], np.float32)
    dw, db, dc = np.zeros_like(w), np.zeros_like(b), np.zeros_like(c)

    def sigmoid(a):
        return 1 / (1 + np.exp(-a))

    def epoch():
        global w, b, c, dw, db, dc
        for k in range(0, len(x), batch):
            v = x[k:k + batch]
            p = sigmoid(v @ w + b)
            h = (rng.random(p.shape, dtype=np.float32) < p).astype(np.float32)
            q = sigmoid(h @ w.T + c)
            m = (rng.random(q.shape, dtype=np.float32) < q).astype(np.float32)
            n = sigmoid(m @ w + b)
            s = np.float32(rate / len(v))
            dw = momentum * dw + s * (v.T @ p - m.T @ n)
            db = momentum * db + s * (p - n).sum(0)
            dc = momentum * dc + s * (v - m).sum(0)
            w += dw
            b += db
            c += dc


print(json.dumps({"ready": kind, "versions": versions}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    epoch()
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
