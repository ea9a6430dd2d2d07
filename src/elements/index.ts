/**
 * `blockspin/elements`: the figures as custom elements; importing it defines them.
 * @example
 * <script type="module" src="blockspin/build/elements/index.js"></script>
 * <blockspin-spins size="512" temperature="2.27"></blockspin-spins>
 */

export { labels } from './base/labels.js';
export { lowPowerFigures, pauseFigures } from './base/share.js';
export { BlocksElement } from './blocks/index.js';
export { FieldsElement } from './fields/index.js';
export { FlowElement } from './flow/index.js';
export { MapElement } from './map/index.js';
export { QuizElement } from './quiz/index.js';
export { SpinsElement } from './spins/index.js';
export { TrainingElement } from './training/index.js';
export { ZoomElement } from './zoom/index.js';
