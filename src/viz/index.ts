/** `blockspin/viz`: pictures as PNG files, charts as SVG. Not in `blockspin`, because the PNG encoder is a tenth of its size. */

export type { LineChartOptions, Series } from './charts/chart.js';
export type { Figure } from './frame/figure.js';
export { lineChart } from './lineChart.js';
export { type PictureOptions, picture, type ReceptiveFieldsOptions, receptiveFieldsPng } from './panels/picture.js';
