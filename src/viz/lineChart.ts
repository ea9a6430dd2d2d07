/** Line charts for users: the code that draws is loaded with the first one. */

import type { LineChartOptions } from './charts/chart.js';
import type { Figure } from './frame/figure.js';

/**
 * A chart of one or more series with their error bars, as the studies of this package draw them: SVG with a title and a
 * caption, in the colours of the package.
 * @throws TypeError or RangeError for unknown options, series of unequal lengths, or numbers that are not finite
 */
export async function lineChart(options: LineChartOptions): Promise<Figure> {
  return (await import('./charts/chart.js')).lineChart(options);
}
