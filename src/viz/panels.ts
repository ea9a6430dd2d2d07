/** The panels of the Mehta–Schwab figure (arXiv:1410.3831, Fig. 3), one file each. */

export { type ArchitectureOptions, architecturePanel } from './architecture.js';
export { type FieldsOptions, fieldsPanel } from './fieldsPanel.js';
export { type GrowthInput, type GrowthLayer, type GrowthOptions, growthPanel } from './growth.js';
export { type ReconstructionSample, type ReconstructionsOptions, reconstructionsPanel } from './reconstructions.js';
