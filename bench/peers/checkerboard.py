"""Metropolis by NumPy on a checkerboard: each colour is an array of its own and is updated as a whole, several lattices together.

usage: checkerboard.py LATTICES SIDE COUPLING SWEEPS CHECK_SIDE      the greeting tells energies of a small lattice; each line of input: so many sweeps
"""
import sys
import numpy as np
from serve import serve, versions

lattices, side, coupling, sweeps, check_side = (float(x) if "." in x else int(x) for x in sys.argv[1:])
# the quickest generator that NumPy has
rng = np.random.Generator(np.random.SFC64(1))
# chances of a flip that costs 4K and 8K
one, two = np.exp(-4 * coupling), np.exp(-8 * coupling)


class Lattices:
    """Column k of row y of the first colour is site (y, 2k + y % 2), of the second the other one of that pair of columns."""

    def __init__(self, count, side):
        self.colours = [np.ones((count, side, side // 2), np.int8) for _ in range(2)]
        self.random = np.empty((count, side, side // 2), np.float32)
        self.sites = count * side * side

    def neighbours(self, colour):
        """The sum over the four neighbours of each site of a colour: they are all of the other one."""
        other = self.colours[1 - colour]
        total = np.roll(other, 1, 1)
        total += np.roll(other, -1, 1)
        total += other
        # beside the one of the same pair there is one to the left in some rows and to the right in the others
        total[:, colour::2] += np.roll(other[:, colour::2], 1, 2)
        total[:, 1 - colour::2] += np.roll(other[:, 1 - colour::2], -1, 2)
        return total

    def sweep(self, count):
        u = self.random
        for _ in range(count):
            for colour in (0, 1):
                s = self.colours[colour]
                along = self.neighbours(colour)
                along *= s
                rng.random(out=u, dtype=np.float32)
                # along = 4, 2 or less: two comparisons are quicker than a table
                flips = (u < one) & (along == 2)
                flips |= u < two
                flips |= along <= 0
                s *= 1 - 2 * flips.view(np.int8)

    def energy(self):
        return -float((self.colours[0] * self.neighbours(0)).sum(dtype=np.int64)) / self.sites


small = Lattices(1, check_side)
small.sweep(1000)
energies = []
for _ in range(50):
    small.sweep(100)
    energies.append(small.energy())
many = Lattices(lattices, side)


def work():
    many.sweep(sweeps)
    return many.energy()


serve({"versions": versions(), "energies": energies}, work)
