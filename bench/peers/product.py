"""The product of a minibatch of bits with weights, both as float32, by NumPy's BLAS.

usage: product.py FACTORS.npz TIMES       the greeting tells the first row; each line of input: so many products
"""
import sys
import numpy as np
from serve import serve, versions

f = np.load(sys.argv[1])
x, w = f["bits"].astype(np.float32), np.ascontiguousarray(f["weights"])
out = np.empty((len(x), w.shape[1]), np.float32)


def work():
    for _ in range(int(sys.argv[2])):
        np.matmul(x, w, out=out)


work()
serve({"versions": versions(), "row": [float(y) for y in out[0]]}, work)
