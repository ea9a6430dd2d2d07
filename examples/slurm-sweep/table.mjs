/** Means over the seeds, of the table that `blockspin merge` leaves. */

import { readFileSync } from 'node:fs';
import { formatEstimate, sampleMean } from 'blockspin/stats';

const { rows } = JSON.parse(readFileSync('results/points.json', 'utf8'));
for (const count of new Set(rows.map((row) => row.count))) {
  const values = rows.filter((row) => row.count === count).map(({ kl }) => kl);
  console.log(String(count).padStart(6), 'configurations: KL', formatEstimate(sampleMean(values)));
}
