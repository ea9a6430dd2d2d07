import { trainRbm } from 'blockspin';
import { barsAndStripes, hiddenUnits } from 'blockspin/rbm';

const data = barsAndStripes(3);
const { rbm } = await trainRbm(data, { hidden: 24, epochs: 20, passes: 100, l1: 5e-4, outcome: false });
const units = hiddenUnits(rbm, data);
for (const state of ['alive', 'off', 'on', 'constant']) {
  console.log(state.padEnd(9), units.filter((unit) => unit.state === state).length);
}
const [first] = units;
console.log(
  'unit 0: p from',
  first.least.toFixed(2),
  'to',
  first.most.toFixed(2),
  'norm of its weights',
  first.norm.toFixed(1),
);
