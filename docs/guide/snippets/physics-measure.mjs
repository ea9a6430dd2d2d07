import { Ising, measure, square } from 'blockspin';
import { kaufman, onsagerCorrelationLength } from 'blockspin/exact';
import { formatEstimate } from 'blockspin/stats';

for (const temperature of [2, 2.269185, 2.6]) {
  const coupling = 1 / temperature;
  const data = new Ising({ lattice: square(32), coupling, seed: 1 }).sample(4000);
  const found = measure(data);
  console.log(`T = ${temperature}, ordered: ${found.ordered}`);
  console.log(
    `  C     ${formatEstimate(found.specificHeat)}, exact ${kaufman(32, 32, coupling).specificHeat.toFixed(4)}`,
  );
  console.log(`  ⟨|m|⟩ ${formatEstimate(found.absoluteMagnetisation)}`);
  console.log(`  χ     ${formatEstimate(found.disorderedSusceptibility)}`);
  console.log(`  χ'    ${formatEstimate(found.connectedSusceptibility)}`);
  console.log(`  U4    ${formatEstimate(found.binderCumulant)}`);
  console.log(`  ξ     ${formatEstimate(found.correlationLength)}`);
}
console.log(`exponential ξ of the infinite lattice at T = 2.6: ${onsagerCorrelationLength(1 / 2.6, 'row').toFixed(3)}`);
