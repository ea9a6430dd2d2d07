/**
 * The result of the defaults, `trainRbm(data, { hidden, seed })`, on every data set of the zoo: exact mean
 * log-likelihoods per evaluated row, and the number of doubts. Prints the table of docs/defaults.md in about ten
 * minutes: `npx tsx bench/defaults/newcomer.ts [PATTERN]`.
 */

import { independentLogLikelihood, trainRbm } from '../../src/all.js';
import { score } from './run.js';
import { evaluated, ZOO } from './zoo.js';

/** Not those of the study. */
const SEEDS = [11, 12];

const pattern = (process.argv[2] ?? '').toLowerCase();
console.log('| data set | role | independent units | default, seeds 11 and 12 | the distribution itself | doubts |');
console.log('|---|---|---|---|---|---|');
for (const set of ZOO.filter(({ name }) => name.toLowerCase().includes(pattern))) {
  const data = set.data();
  const rows = evaluated(data);
  const own: string[] = [];
  const doubts: number[] = [];
  for (const seed of SEEDS) {
    const trained = await trainRbm(data.train, { hidden: set.hidden, seed });
    own.push(score(trained.rbm, rows).toFixed(2));
    doubts.push(trained.doubts.length);
  }
  const independent = independentLogLikelihood(rows).toFixed(2);
  const cells = [set.name, set.role, independent, own.join(', '), data.exactBest?.toFixed(2) ?? '–', doubts.join(', ')];
  console.log(`| ${cells.join(' | ')} |`);
}
