/** `blockspin/fields`: receptive fields in numbers. */

export { type Locality, locality } from './locality.js';
