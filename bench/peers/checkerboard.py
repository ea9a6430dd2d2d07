"""Metropolis by NumPy on a checkerboard: each colour is an array of its own, and is updated as a whole.

usage: checkerboard.py SIDE COUPLING SWEEPS CHECK_SIDE      the greeting tells energies of a small lattice; each line of input: so many sweeps
"""
import sys
import numpy as np
from serve import serve, versions

side, coupling, sweeps, check_side = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
rng = np.random.default_rng(1)
# exp(-2 K s sum), at s sum + 4
accept = np.exp(-2 * coupling * np.arange(-4, 5)).astype(np.float32)


class Lattice:
    """Column k of row y of `black` is site (y, 2k + y % 2), of `white` its neighbour in that pair of columns."""

    def __init__(self, side):
        self.colours = [np.ones((side, side // 2), np.int8) for _ in range(2)]
        self.sites = side * side

    def neighbours(self, colour):
        """The sum over the four neighbours of each site of a colour: they are all of the other one."""
        other = self.colours[1 - colour]
        total = np.roll(other, 1, 0)
        total += np.roll(other, -1, 0)
        total += other
        # beside the one in the same column of pairs there is one to the left in some rows and to the right in the others
        left = colour
        total[left::2] += np.roll(other[left::2], 1, 1)
        total[1 - left::2] += np.roll(other[1 - left::2], -1, 1)
        return total

    def sweep(self, count):
        for _ in range(count):
            for colour in (0, 1):
                s = self.colours[colour]
                chance = accept[s * self.neighbours(colour) + 4]
                flips = rng.random(s.shape, dtype=np.float32) < chance
                np.negative(s, out=s, where=flips)

    def energy(self):
        return -float((self.colours[0] * self.neighbours(0)).sum(dtype=np.int64)) / self.sites


small = Lattice(check_side)
small.sweep(1000)
energies = []
for _ in range(50):
    small.sweep(100)
    energies.append(small.energy())
lattice = Lattice(side)


def work():
    lattice.sweep(sweeps)
    return lattice.energy()


serve({"versions": versions(), "energies": energies}, work)
