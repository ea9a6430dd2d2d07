"""Sweeps of the variational Monte Carlo renormalization group by NumPy: Metropolis with a bias on the majorities of 3×3 spins. Blocks so far apart that no
product of the bias has two of them are updated together, one site of each after the other, in all walkers at once.

usage: vmcrg.py MODEL.npz WALKERS SWEEPS    side, coupling, parameters, and products0, products1, …: [count, order] block numbers of each operator; the greeting
                                            tells ⟨S'⟩ of operator 0 per product of each walker; each line of input: so many sweeps
"""
import sys
import numpy as np
from serve import serve, versions

f = np.load(sys.argv[1])
walkers, sweeps = int(sys.argv[2]), int(sys.argv[3])
side, coupling, parameters = int(f["side"]), float(f["coupling"]), f["parameters"]
operators = [f[f"products{k}"] for k in range(len(parameters))]
cells = side // 3
rng = np.random.Generator(np.random.SFC64(1))

# the other blocks of each product around a block, with a block beyond the last one that is always +1
around = [[] for _ in range(cells * cells)]
for parameter, products in zip(parameters, operators):
    for product in products:
        for block in product:
            others = [other for other in product if other != block]
            around[block].append((parameter, others + [cells * cells] * (3 - len(others))))
weights = np.array([parameter for parameter, _ in around[0]], np.float32)
others = np.array([[own for _, own in products] for products in around])
assert all(np.allclose([parameter for parameter, _ in products], weights) for products in around)

stride = next(n for n in range(4, cells + 1) if cells % n == 0)
block_numbers = np.arange(cells * cells).reshape(cells, cells)
together = [block_numbers[y::stride, x::stride].ravel() for y in range(stride) for x in range(stride)]
for own in together:
    assert not np.isin(others[own], own).any()
y, x = np.divmod(np.arange(side * side), side)
neighbours = np.stack([y * side + (x + 1) % side, y * side + (x - 1) % side, (y + 1) % side * side + x, (y - 1) % side * side + x])
places = [[(own // cells * 3 + dy) * side + own % cells * 3 + dx for dy in range(3) for dx in range(3)] for own in together]

spins = rng.choice(np.array([-1, 1], np.int8), (side * side, walkers))
sums = spins.reshape(cells, 3, cells, 3, walkers).sum(axis=(1, 3), dtype=np.int8).reshape(cells * cells, walkers)
coarse = np.ones((cells * cells + 1, walkers), np.int8)
coarse[:-1] = np.sign(sums)


def sweep(count):
    for _ in range(count):
        for own, sites in zip(together, places):
            for place in sites:
                s = spins[place]
                n = neighbours[:, place]
                change = (2 * coupling * s) * (spins[n[0]] + spins[n[1]] + spins[n[2]] + spins[n[3]])
                block = sums[own]
                # where the block spin turns with this one
                k, w = np.nonzero(block == s)
                products = np.multiply.reduce(coarse[others[own[k]], w[:, None, None]], axis=2)
                change[k, w] -= 2 * s[k, w] * (products @ weights)
                flips = rng.random(s.shape, np.float32) < np.exp(-change)
                spins[place] = np.where(flips, -s, s)
                block -= 2 * s * flips
                sums[own] = block
                coarse[own] = np.sign(block)


sweep(60)
means = np.zeros(walkers)
measurements = 20
for _ in range(measurements):
    sweep(3)
    for product in operators[0].T[1:]:
        means += (coarse[operators[0][:, 0]] * coarse[product]).mean(axis=0) / measurements
serve({"versions": versions(), "means": [float(m) for m in means]}, lambda: sweep(sweeps))
