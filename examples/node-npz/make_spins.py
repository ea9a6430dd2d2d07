"""Spins of the 8x8 Ising model at K = 0.4, by NumPy alone, as other programs write them: ±1, int8, [count, 8, 8]."""

import numpy as np

COUPLING, SIZE, CHAINS, BURN_IN, EVERY, PER_CHAIN = 0.4, 8, 500, 300, 100, 6

rng = np.random.default_rng(1)
colour = np.indices((SIZE, SIZE)).sum(axis=0) % 2
spins = rng.choice(np.array([-1, 1], dtype=np.int8), size=(CHAINS, SIZE, SIZE))


def sweep():
    """Heat bath on one colour of the checkerboard, then on the other: neighbours have different colours."""
    for c in (0, 1):
        neighbours = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (1, 2))
        up = rng.random(spins.shape) < 1 / (1 + np.exp(-2 * COUPLING * neighbours))
        spins[:] = np.where(colour == c, np.where(up, 1, -1), spins)


samples = []
for _ in range(BURN_IN):
    sweep()
for _ in range(PER_CHAIN):
    for _ in range(EVERY):
        sweep()
    samples.append(spins.copy())

np.savez_compressed("spins.npz", spins=np.concatenate(samples))
print("spins.npz:", np.concatenate(samples).shape)
