import { criticalCoupling } from 'blockspin';
import { isingTensor, trg } from 'blockspin/rg';

for (const step of trg(isingTensor({ coupling: criticalCoupling }), { bond: 16, steps: 8 })) {
  const [, sigma, epsilon] = step.dimensions().dimensions;
  if (step.step < 6) continue;
  console.log(
    `${step.sites} sites per tensor: Δ_σ = ${sigma.dimension.toFixed(4)}, Δ_ε = ${epsilon.dimension.toFixed(4)}`,
  );
}
