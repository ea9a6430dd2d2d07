"""Products and the singular value decomposition of float64 matrices, by NumPy's BLAS and LAPACK.

usage: linear.py product FACTORS.npz TIMES   the greeting tells the first row; each line of input: so many products
       linear.py svd MATRIX.npz COUNT        the greeting tells the largest singular values; each line of input: one full decomposition
"""
import sys
import numpy as np
from serve import serve, versions

f = np.load(sys.argv[2])
number = int(sys.argv[3])

if sys.argv[1] == "product":
    a, b = f["a"], f["b"]
    out = np.empty((len(a), b.shape[1]))

    def work():
        for _ in range(number):
            np.matmul(a, b, out=out)

    work()
    serve({"versions": versions(), "row": [float(y) for y in out[0]]}, work)
else:
    a = f["a"]

    def work():
        global s
        _, s, _ = np.linalg.svd(a)

    work()
    serve({"versions": versions(), "values": [float(y) for y in s[:number]]}, work)
