/** `blockspin/linear`: products and decompositions of dense matrices in float64, the same bits everywhere. */

export { assignment } from './assignment.js';
export { type Eigenvalue, eigenvalues } from './eigen.js';
export type { FloatMatrix, Matrix } from './matrix.js';
export { multiply, type ProductOptions, Products } from './products.js';
export { type Qr, qr } from './qr.js';
export { type Svd, svd, type TruncatedSvd, type TruncatedSvdOptions, truncatedSvd } from './svd.js';
export { type SymmetricEigen, symmetricEigen } from './symmetricEigen.js';
