"""Sums of products of spins over square lattices, by NumPy: products of rolled arrays of signed bytes.

usage: operators.py SPINS.npz    rows of ±1 as int8 [count, side, side]; the greeting tells the sums of row 0; each line of input: all sums
"""
import sys
import numpy as np
from serve import serve, versions

s = np.load(sys.argv[1])["spins"]


def at(rows, columns):
    return np.roll(s, (-rows, -columns), axis=(1, 2))


def total(product):
    return product.sum(axis=(1, 2), dtype=np.int64)


def work():
    global sums
    right, down, corner, other = at(0, 1), at(1, 0), at(1, 1), at(1, -1)
    sums = np.stack(
        [
            total(s * right) + total(s * down),
            total(s * corner) + total(s * other),
            total(s * right * down * corner),
            total(s * at(0, 2)) + total(s * at(2, 0)),
            sum(total(s * at(rows, columns)) for rows, columns in [(1, 2), (2, 1), (1, -2), (2, -1)]),
            total(right * down * at(1, 2) * at(2, 1)),
            total(s * at(2, 2)) + total(s * at(2, -2)),
        ],
        axis=1,
    )


work()
serve({"versions": versions(), "sums": [int(x) for x in sums[0]]}, work)
