import { exactAnswer, Ising, isingHamiltonian, measure, square } from 'blockspin';

const [lattice, coupling, seeds] = [square(8), 0.4, 200];
const exact = exactAnswer(isingHamiltonian({ lattice, coupling }));
const known = { energy: exact.energy / coupling, specificHeat: exact.specificHeat }; // e in units of J
const within = { energy: [0, 0], specificHeat: [0, 0] };
for (let seed = 1; seed <= seeds; seed++) {
  const found = measure(new Ising({ lattice, coupling, seed }).sample(300));
  for (const [name, value] of Object.entries(known)) {
    const off = Math.abs((found[name].value ?? found[name].mean) - value) / found[name].error;
    if (off < 1) within[name][0]++;
    if (off < 1.96) within[name][1]++;
  }
}
for (const [name, [one, two]] of Object.entries(within)) {
  console.log(
    `${name}: ${((100 * one) / seeds).toFixed(0)} % within 1 error, ${((100 * two) / seeds).toFixed(0)} % within 1.96`,
  );
}
