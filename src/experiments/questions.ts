/** The questions of the experiments, by name: a text that the help of the command can have without the experiments. */

export const QUESTIONS = {
  'mehta-schwab': 'Do the hidden units of a stack of RBMs, trained on Ising configurations, become block spins?',
  'block-spins':
    'If the spins of the 2D Ising model are replaced by block spins again and again, what changes below, at and above K_c?',
  'decimation-1d': 'A stack of RBMs can be decimation of the 1D Ising model, exactly. Does training find it?',
  'exact-map': 'When does an RBM perform an exact renormalization step, and is that step a block-spin transformation?',
  thermodynamics:
    'What are energy, specific heat, magnetisation and susceptibility, and do they agree with what is known exactly?',
  'rbm-thermodynamics':
    'Has an RBM that was trained on Ising configurations the right energy, specific heat, magnetisation and susceptibility?',
  'couplings-flow':
    'Are the Hamiltonians on the hidden layers of a trained stack short-ranged, and does their coupling flow as that of block spins does?',
  mcrg: 'Which exponents does the linearised majority rule have at the critical point, after how many steps, and how large is each of its errors?',
  'kernel-weight':
    'Which weight w of the rule P(±1) ∝ exp(±wΣs) gives the best exponents, and does maximum likelihood choose it?',
  'tensor-rg':
    'How near to the exact free energy, central charge and scaling dimensions do tensors come, and for how many steps?',
  'rg-zoo': 'What do the classical schemes, Monte Carlo and tensors say of K_c, y_T and y_h, and what does it cost?',
  'variational-rbm':
    'Is the free energy of an RBM nearer to the renormalised Hamiltonian of block spins than a list of operators, at equal samples?',
  verdict:
    'Do the layers of a stack of RBMs trained on Ising configurations coarse-grain them as block spins do, and more so than those trained on nulls?',
} as const satisfies Readonly<Record<string, string>>;
