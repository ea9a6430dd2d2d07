/** `blockspin/viz`: pictures as PNG files. Not in `blockspin`, because the PNG encoder is a tenth of its size. */

export { type PictureOptions, picture, type ReceptiveFieldsOptions, receptiveFieldsPng } from './panels/picture.js';
