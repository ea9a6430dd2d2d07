"""Epochs of CD-1 or PCD-1 by NumPy, PyTorch or scikit-learn.

usage: training.py (numpy|torch|sklearn) (cd|pcd) DATA.npz ROWS HIDDEN RATE MOMENTUM BATCH SMALL.npz SMALL_HIDDEN SMALL_RATE SMALL_EPOCHS
The greeting tells what a small RBM learns of SMALL.npz: the mean exact log-likelihood of its rows. Each line of input: an epoch over the first ROWS rows.
All in float32. Persistent chains are kept as hidden states, which saves a product a step. scikit-learn has no momentum (its rate is RATE/(1 - MOMENTUM), the same in the long run) and only persistent chains, as many as a
minibatch has rows; its step costs what one of CD-1 does.
"""
import os, sys
import numpy as np
from rbm import log_likelihood, rows_of
from serve import serve, versions

kind, algorithm, path = sys.argv[1:4]
rows, hidden = int(sys.argv[4]), int(sys.argv[5])
rate, momentum, batch = float(sys.argv[6]), float(sys.argv[7]), int(sys.argv[8])
small_path, small_hidden, small_rate, small_epochs = sys.argv[9], int(sys.argv[10]), float(sys.argv[11]), int(sys.argv[12])


class Numpy:
    more = {}

    def __init__(self, x, hidden, rate):
        self.x, self.rate, self.rng = x, rate, np.random.default_rng(1)
        visible = x.shape[1]
        self.w = self.rng.normal(0, 0.01, (visible, hidden)).astype(np.float32)
        self.b, self.c = np.zeros(hidden, np.float32), np.zeros(visible, np.float32)
        self.dw, self.db, self.dc = np.zeros_like(self.w), np.zeros_like(self.b), np.zeros_like(self.c)
        self.chains = self.coin(np.full((batch, hidden), 0.5, np.float32)) if algorithm == "pcd" else None

    def coin(self, p):
        return (self.rng.random(p.shape, dtype=np.float32) < p).astype(np.float32)

    def sigmoid(self, a):
        # in place: a is a fresh array, and its size matters
        np.negative(a, out=a)
        np.exp(a, out=a)
        a += 1
        return np.reciprocal(a, out=a)

    def up(self, v):
        return self.sigmoid(v @ self.w + self.b)

    def down(self, h):
        return self.coin(self.sigmoid(h @ self.w.T + self.c))

    def epoch(self):
        for k in range(0, len(self.x), batch):
            v = self.x[k:k + batch]
            p = self.up(v)
            m = self.down(self.coin(p) if self.chains is None else self.chains)
            n = self.up(m)
            if self.chains is not None:
                self.chains = self.coin(n)
            s, t = np.float32(self.rate / len(v)), np.float32(self.rate / len(m))
            for value, step, plus, minus in (
                (self.w, self.dw, v.T @ p, m.T @ n),
                (self.b, self.db, p.sum(0), n.sum(0)),
                (self.c, self.dc, v.sum(0), m.sum(0)),
            ):
                # in place, since W is large
                plus *= s
                minus *= t
                step *= np.float32(momentum)
                step += plus
                step -= minus
                value += step

    def parameters(self):
        return self.w, self.b, self.c


if kind == "torch":
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)


class Torch:
    def __init__(self, x, hidden, rate):
        self.more = {"torch": torch.__version__, "threads": str(torch.get_num_threads())}
        self.x, self.rate = torch.from_numpy(x), rate
        visible = x.shape[1]
        self.w = torch.empty(visible, hidden).normal_(0, 0.01)
        self.b, self.c = torch.zeros(hidden), torch.zeros(visible)
        self.dw, self.db, self.dc = torch.zeros(visible, hidden), torch.zeros(hidden), torch.zeros(visible)
        self.chains = torch.bernoulli(torch.full((batch, hidden), 0.5)) if algorithm == "pcd" else None

    def up(self, v):
        return torch.sigmoid(torch.addmm(self.b, v, self.w))

    def down(self, h):
        return torch.bernoulli(torch.sigmoid(torch.addmm(self.c, h, self.w.t())))

    def epoch(self):
        with torch.no_grad():
            for k in range(0, len(self.x), batch):
                v = self.x[k:k + batch]
                p = self.up(v)
                m = self.down(torch.bernoulli(p) if self.chains is None else self.chains)
                n = self.up(m)
                if self.chains is not None:
                    self.chains = torch.bernoulli(n)
                s, t = self.rate / len(v), self.rate / len(m)
                self.dw.mul_(momentum).addmm_(v.t(), p, alpha=s).addmm_(m.t(), n, alpha=-t)
                self.db.mul_(momentum).add_(p.sum(0), alpha=s).sub_(n.sum(0), alpha=t)
                self.dc.mul_(momentum).add_(v.sum(0), alpha=s).sub_(m.sum(0), alpha=t)
                self.w += self.dw
                self.b += self.db
                self.c += self.dc

    def parameters(self):
        return self.w.numpy(), self.b.numpy(), self.c.numpy()


class Sklearn:
    def __init__(self, x, hidden, rate):
        import sklearn
        from sklearn.neural_network import BernoulliRBM

        self.more = {"scikit-learn": sklearn.__version__}
        self.x, self.rng = x, np.random.RandomState(1)
        self.rbm = BernoulliRBM(
            n_components=hidden, learning_rate=rate / (1 - momentum), batch_size=batch, n_iter=1, random_state=1
        )
        # a first step by fit(), which keeps the data's float32; partial_fit() would go on in float64
        self.rbm.fit(x[:batch])
        if self.rbm.components_.dtype != np.float32:
            raise TypeError(f"weights are {self.rbm.components_.dtype}")

    def epoch(self):
        # what fit() does in an epoch, without its start and its report
        for k in range(0, len(self.x), batch):
            self.rbm._fit(self.x[k:k + batch], self.rng)

    def parameters(self):
        return self.rbm.components_.T, self.rbm.intercept_hidden_, self.rbm.intercept_visible_


make = {"numpy": Numpy, "torch": Torch, "sklearn": Sklearn}[kind]
data = rows_of(small_path)
small = make(data, small_hidden, small_rate)
for _ in range(small_epochs):
    small.epoch()
peer = make(np.ascontiguousarray(rows_of(path)[:rows]), hidden, rate)
serve(
    {"ready": kind, "versions": versions(**peer.more), "likelihood": log_likelihood(data, *small.parameters())},
    peer.epoch,
)
