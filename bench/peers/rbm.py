"""What the peers in Python know of RBMs beside their training: data in a file, and the exact log-likelihood of a small one, in float64."""
import numpy as np


def rows_of(path):
    """A spin file of blockspin as float32 rows of 0 and 1."""
    f = np.load(path)
    return np.unpackbits(f["bits"], axis=1, count=int(np.prod(f["shape"])), bitorder="little").astype(np.float32)


def log_likelihood(x, w, b, c):
    """The mean over the rows of log p(v) = c.v + sum_j log(1 + exp(b + vW)_j) - log Z; W is [visible, hidden], b of the hidden, c of the visible units."""
    x, w, b, c = (np.asarray(a, np.float64) for a in (x, w, b, c))
    h = (np.arange(2 ** len(b))[:, None] >> np.arange(len(b))) & 1
    logs = h @ b + np.log1p(np.exp(h @ w.T + c)).sum(1)
    log_z = logs.max() + np.log(np.exp(logs - logs.max()).sum())
    return float((x @ c + np.log1p(np.exp(x @ w + b)).sum(1)).mean() - log_z)
