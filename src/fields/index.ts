/** `blockspin/fields`: receptive fields in numbers, and what layers know of configurations. */

export { type BlockMatch, blockMatch } from './blockMatch.js';
export { farInformation } from './farInformation.js';
export { type FieldForm, fieldForm, type LayerForm, layerForm } from './form.js';
export { assignToGrid, type GridAssignment } from './grid.js';
export { type Locality, locality } from './locality.js';
export { type LongWaveShare, longWaveShare } from './longWaves.js';
