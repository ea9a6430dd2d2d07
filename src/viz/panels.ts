/** The panels of the figure of Mehta & Schwab (arXiv:1410.3831, Fig. 3). */

export { type FieldsOptions, fieldsPanel } from './panels/fieldsPanel.js';
export { type GrowthInput, type GrowthLayer, type GrowthOptions, growthPanel } from './panels/fieldTree.js';
export { type ArchitectureOptions, architecturePanel } from './panels/networkSheets.js';
export {
  type ReconstructionSample,
  type ReconstructionsOptions,
  reconstructionsPanel,
} from './panels/reconstructions.js';
