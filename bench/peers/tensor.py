"""Tensor renormalization of the square Ising model at K_c in NumPy: dense tensors, full SVD of each cut, in LAPACK.

usage: tensor.py METHOD BOND STEPS       METHOD trg or btrg; the greeting tells ln Z per site; each line of input: one run
"""
import sys
import numpy as np
from serve import serve, versions

method, bond, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
k = -0.5 if method == "btrg" else 0.0
coupling = np.log(1 + np.sqrt(2)) / 2


def cut(matrix, rank):
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    keep = min(rank, int(np.count_nonzero(s > 1e-14 * s[0])))
    s = s[:keep]
    root = s ** ((1 - k) / 2)
    return u[:, :keep] * root, root[:, None] * v[:keep], s**k


def run():
    w = np.sqrt([np.cosh(coupling), np.sinh(coupling)])
    t = np.zeros((2, 2, 2, 2))
    for l, u, r, d in np.ndindex(2, 2, 2, 2):
        if (l + u + r + d) % 2 == 0:
            t[l, u, r, d] = 2 * w[l] * w[u] * w[r] * w[d]
    horizontal = np.ones(2)
    vertical = np.ones(2)
    log_z = 0.0
    for step in range(steps):
        factor = np.abs(t).max()
        t = t / factor
        log_z += np.log(factor) / 2**step
        l, u, r, d = t.shape
        a, b, fall = cut(t.reshape(l * u, r * d), bond)
        a, b = a.reshape(l, u, -1), b.reshape(-1, r, d)
        c, e, rise = cut(t.transpose(1, 2, 0, 3).reshape(u * r, l * d), bond)
        c, e = c.reshape(u, r, -1), e.reshape(-1, l, d)
        top = np.tensordot(b * horizontal[:, None] * vertical, e, (1, 1))
        bottom = np.tensordot(a * horizontal[:, None, None] * vertical[:, None], c, (0, 1))
        t = np.tensordot(top, bottom, ((1, 3), (2, 0))).transpose(3, 0, 1, 2)
        horizontal, vertical = rise, fall
    value = np.einsum("ijij,i,j->", t, horizontal, vertical)
    return float(log_z + np.log(value) / 2**steps)


serve({"versions": versions(), "value": run()}, run)
