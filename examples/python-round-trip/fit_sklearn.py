"""A BernoulliRBM trained by scikit-learn, on the same rows."""

import numpy as np
from sklearn.neural_network import BernoulliRBM

rows = np.load("answers.npz")["rows"].astype("f8")
rbm = BernoulliRBM(n_components=12, learning_rate=0.05, batch_size=50, n_iter=30, random_state=1).fit(rows)
np.savez(
    "sklearn.npz",
    components_=rbm.components_,
    intercept_visible_=rbm.intercept_visible_,
    intercept_hidden_=rbm.intercept_hidden_,
)
print("written: sklearn.npz")
