"""The RBM that was trained in JavaScript as a PyTorch module."""

import json

import numpy as np
import torch
from torch import nn


def tensors(path):
    """A safetensors file of float32 without the package safetensors: 8 bytes of length, JSON, data."""
    raw = open(path, "rb").read()
    start = 8 + int.from_bytes(raw[:8], "little")
    found = {}
    for name, entry in json.loads(raw[8:start]).items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            array = np.frombuffer(raw[start + begin : start + end], "<f4").reshape(entry["shape"])
            found[name] = torch.from_numpy(array.copy())
    return found


class Rbm(nn.Module):
    def __init__(self, visible, hidden):
        super().__init__()
        self.W = nn.Parameter(torch.empty(hidden, visible))
        self.v_bias = nn.Parameter(torch.empty(visible))
        self.h_bias = nn.Parameter(torch.empty(hidden))

    def inputs(self, v):
        return nn.functional.linear(v, self.W, self.h_bias)

    def free_energy(self, v):
        return -v @ self.v_bias - nn.functional.softplus(self.inputs(v)).sum(1)


state = tensors("model.safetensors")  # or safetensors.torch.load_file("model.safetensors")
rbm = Rbm(*reversed(state["W"].shape))
rbm.load_state_dict(state)

answers = np.load("answers.npz")
rows = torch.from_numpy(answers["rows"].astype("f4"))
with torch.no_grad():
    hidden = np.abs(torch.sigmoid(rbm.inputs(rows)).numpy() - answers["hidden"]).max()
    energy = np.abs(rbm.free_energy(rows).numpy() - answers["freeEnergy"]).max()
assert hidden < 1e-6 and energy < 1e-4
print("p(h given v) agrees to 1e-6, free energies to 1e-4")

# and back
np.savez("torch.npz", **{name: value.detach().numpy() for name, value in rbm.state_dict().items()})
