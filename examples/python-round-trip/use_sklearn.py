"""The RBM that was trained in JavaScript as a scikit-learn BernoulliRBM."""

import numpy as np
from sklearn.neural_network import BernoulliRBM

answers = np.load("answers.npz")
rows = answers["rows"].astype("f8")

model = np.load("model.npz")
rbm = BernoulliRBM(n_components=len(model["components_"]), random_state=1)
for name in model.files:
    setattr(rbm, name, model[name])

hidden = np.abs(rbm.transform(rows) - answers["hidden"]).max()
energy = np.abs(rbm._free_energy(rows) - answers["freeEnergy"]).max()
assert hidden < 1e-6 and energy < 1e-4
print("transform agrees to 1e-6, free energies to 1e-4")

rbm.partial_fit(rows[:100])  # and it goes on learning there
