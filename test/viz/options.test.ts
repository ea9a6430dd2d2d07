/** Figures and the report refuse a name that they do not know. */

import { suite } from 'uvu';
import { lineChart } from '../../src/viz/charts/chart.js';
import { scatterChart } from '../../src/viz/charts/scatter.js';
import { spectrumChart } from '../../src/viz/charts/spectrum.js';
import { fieldsPanel } from '../../src/viz/panels/fieldsPanel.js';
import { growthPanel } from '../../src/viz/panels/fieldTree.js';
import { gridPanel } from '../../src/viz/panels/grid.js';
import { networkPanel } from '../../src/viz/panels/network.js';
import { architecturePanel } from '../../src/viz/panels/networkSheets.js';
import { reconstructionsPanel } from '../../src/viz/panels/reconstructions.js';
import { report } from '../../src/viz/report.js';
import { refuses } from '../assert.js';

const test = suite('viz/options');

const FIGURES = {
  architecturePanel,
  lineChart,
  fieldsPanel,
  gridPanel,
  growthPanel,
  networkPanel,
  reconstructionsPanel,
  report,
  scatterChart,
  spectrumChart,
};

for (const [name, figure] of Object.entries(FIGURES)) {
  test(name, () => {
    const message = new RegExp(`^"tilte" expected an option of ${name}, got an unknown name: `);
    refuses(() => figure({ tilte: 'text' } as never), RangeError, message);
  });
}

test.run();
