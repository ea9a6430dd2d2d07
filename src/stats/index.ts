/** `blockspin/stats`: time series and their errors, reweighting, fits, crossings and data collapse. */

export { type Estimate, formatEstimate, type Mean, sampleMean } from '../util/estimate.js';
export { type Binning, binning } from './binning.js';
export { type CollapseEstimate, type CollapseFit, type CollapseOptions, fitCollapse } from './collapse.js';
export {
  holm,
  type MeanInterval,
  meanInterval,
  type PermutationOptions,
  type PermutationTest,
  permutationTest,
} from './comparison.js';
export { binderCrossing, type Crossing, findCrossing } from './crossing.js';
export { type MeanEstimate, meanEstimate } from './estimate.js';
export { type StraightLine, straightLine } from './fit.js';
export { type Jackknife, jackknife } from './jackknife.js';
export { MultiHistogram, type MultiHistogramOptions } from './multiHistogram.js';
export { type PolynomialFit, polynomialFit } from './polynomial.js';
export {
  type Averages,
  type CanonicalSeries,
  type Reweighted,
  type ReweightOptions,
  reweight,
  type Statistic,
} from './reweight.js';
export { type CollapseParameters, type CollapseQuality, collapseQuality, type ScalingPoint } from './scaling.js';
export { type Autocorrelation, type AutocorrelationOptions, integratedAutocorrelation } from './series.js';
