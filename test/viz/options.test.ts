/** Figures and the report refuse a name that they do not know. */

import { suite } from 'uvu';
import { architecturePanel } from '../../src/viz/architecture.js';
import { lineChart } from '../../src/viz/chart.js';
import { fieldsPanel } from '../../src/viz/fieldsPanel.js';
import { gridPanel } from '../../src/viz/grid.js';
import { growthPanel } from '../../src/viz/growth.js';
import { networkPanel } from '../../src/viz/network.js';
import { reconstructionsPanel } from '../../src/viz/reconstructions.js';
import { report } from '../../src/viz/report.js';
import { scatterChart } from '../../src/viz/scatter.js';
import { spectrumChart } from '../../src/viz/spectrum.js';
import { refuses } from '../reference/refusal.js';

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
