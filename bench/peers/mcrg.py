"""Swendsen's Monte Carlo renormalization group by NumPy: majorities of 2×2 spins (ties to the first one), operators on all levels, and their moments.

usage: mcrg.py SPINS.npz STEPS    rows of ±1 as int8 [count, side, side]; the greeting tells the sums of row 0 and of all rows, [level][nn, nnn, plaquette, field,
                                  corner], and T of the first step in the even operators; each line of input: all levels and moments
"""
import sys
import numpy as np
from serve import serve, versions

spins = np.load(sys.argv[1])["spins"]
steps = int(sys.argv[2])
EVEN = 3


def blocks(s):
    first = s[:, ::2, ::2]
    return np.sign(2 * (first + s[:, ::2, 1::2] + s[:, 1::2, ::2] + s[:, 1::2, 1::2]) + first)


def total(product):
    return product.sum(axis=(1, 2), dtype=np.int64)


def operators(s):
    right, down, corner = np.roll(s, -1, 2), np.roll(s, -1, 1), np.roll(s, (-1, -1), (1, 2))
    both = right * down
    plaquette = s * both * corner
    nnn = total(s * corner) + total(both)
    # a product of three spins of a plaquette is that of all four times the fourth
    three = total(plaquette * (s + right + down + corner))
    return np.stack([total(s * right) + total(s * down), nnn, total(plaquette), total(s), three], axis=1)


def work():
    global sums, moments
    level = spins
    levels = [operators(level)]
    for _ in range(steps):
        level = blocks(level)
        levels.append(operators(level))
    sums = np.stack(levels, axis=1).astype(np.float64)
    parities = [sums[:, :, :EVEN], sums[:, :, EVEN:]]
    moments = [(s.sum(axis=0), s.reshape(len(s), -1).T @ s.reshape(len(s), -1)) for s in parities]


def first_step():
    means, products = moments[0]
    covariance = products / len(spins) - np.outer(means.ravel(), means.ravel()) / len(spins) ** 2
    coarse = slice(EVEN, 2 * EVEN)
    return np.linalg.solve(covariance[coarse, coarse], covariance[coarse, :EVEN])


work()
numbers = lambda values: [float(x) for x in values.ravel()]
serve({"versions": versions(), "row": numbers(sums[0]), "sums": numbers(sums.sum(axis=0)), "matrix": numbers(first_step())}, work)
