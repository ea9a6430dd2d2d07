/** `blockspin/viz`: pictures as files. Not in `blockspin`, because the encoder of PNG is a tenth of its size. */

export { type PictureOptions, picture, type ReceptiveFieldsOptions, receptiveFieldsPng } from './panels/picture.js';
