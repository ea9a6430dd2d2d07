"""PCD-1 by NumPy or scikit-learn from a fresh start to a stated exact log-likelihood, summed over the rows, which is looked at every so many updates.

usage: reach.py (numpy|sklearn) DATA.npz HIDDEN RATE TARGET EVERY MOST      rows of the data are one minibatch, momentum 1/2, a new seed for each line
scikit-learn has no momentum (its rate is 2 RATE) and one persistent chain a row, so its rows are there three times: with fewer chains it often fails.
NumPy has 100 chains.
"""
import sys
import numpy as np
from rbm import log_likelihood, rows_of
from serve import serve, versions

kind, path, hidden, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
target, every, most = float(sys.argv[5]), int(sys.argv[6]), int(sys.argv[7])
x = rows_of(path)
more = {}
seed = 0

if kind == "sklearn":
    import sklearn
    from sklearn.neural_network import BernoulliRBM

    more = {"scikit-learn": sklearn.__version__}
    thrice = np.tile(x, (3, 1))

    def start(seed):
        rbm = BernoulliRBM(
            n_components=hidden, learning_rate=2 * rate, batch_size=len(thrice), n_iter=1, random_state=seed
        )
        # fit() keeps the data's float32, partial_fit() would not
        rbm.fit(thrice)
        rng = np.random.RandomState(seed)
        return (
            lambda: rbm._fit(thrice, rng),
            lambda: (rbm.components_.T, rbm.intercept_hidden_, rbm.intercept_visible_),
        )

else:

    def start(seed):
        rng = np.random.default_rng(seed)
        visible, chains = x.shape[1], 100
        w = rng.normal(0, 0.01, (visible, hidden)).astype(np.float32)
        b, c = np.zeros(hidden, np.float32), np.zeros(visible, np.float32)
        dw, db, dc = np.zeros_like(w), np.zeros_like(b), np.zeros_like(c)
        h = (rng.random((chains, hidden)) < 0.5).astype(np.float32)

        def sigmoid(a):
            return 1 / (1 + np.exp(-a))

        def coin(p):
            return (rng.random(p.shape, dtype=np.float32) < p).astype(np.float32)

        def update():
            nonlocal h, w, b, c, dw, db, dc
            p = sigmoid(x @ w + b)
            m = coin(sigmoid(h @ w.T + c))
            n = sigmoid(m @ w + b)
            h = coin(n)
            s, t = np.float32(rate / len(x)), np.float32(rate / chains)
            dw = np.float32(0.5) * dw + s * (x.T @ p) - t * (m.T @ n)
            db = np.float32(0.5) * db + s * p.sum(0) - t * n.sum(0)
            dc = np.float32(0.5) * dc + s * x.sum(0) - t * m.sum(0)
            w += dw
            b += db
            c += dc

        return update, lambda: (w, b, c)


def train():
    """The log-likelihood that was reached."""
    global seed
    seed += 1
    update, parameters = start(seed)
    reached = -np.inf
    for _ in range(most // every):
        for _ in range(every):
            update()
        reached = log_likelihood(x, *parameters()) * len(x)
        if reached >= target:
            break
    return float(reached)


reached = train()
seed = 0
serve({"ready": kind, "versions": versions(**more), "reached": reached}, train)
