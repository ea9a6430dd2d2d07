"""Receptive fields of the topmost units of a stack, W1 W2 W3, by NumPy in float64, multiplied in the order that is least work.

usage: fields.py WEIGHTS.npz TIMES        the greeting tells the field of unit 0; each line of input: so many times all fields
"""
import sys
import numpy as np
from serve import serve, versions

f = np.load(sys.argv[1])
factors = [f[name].astype(np.float64) for name in sorted(f.files)]


def work():
    global fields
    for _ in range(int(sys.argv[2])):
        fields = np.linalg.multi_dot(factors).T.astype(np.float32)


work()
serve({"versions": versions(), "field": [float(y) for y in fields[0]]}, work)
