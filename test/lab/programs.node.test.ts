import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import { type FigureUnderTest, figureOf, LabInChromium } from './browser.js';

const test = suite('lab/programs');
const lab = await LabInChromium.start();
/** Without a browser they are skipped, which is said. */
const check = lab ? test : test.skip;

interface WithProgram extends FigureUnderTest {
  elsewhere(): { program: string };
}

/** Runs the program that a figure prints in its menu, and `last` after it, inside of the package. */
async function printed(program: string, last = ''): Promise<string> {
  const folder = mkdtempSync(join(root, 'build', 'program-'));
  try {
    writeFileSync(join(folder, 'program.mjs'), `${program}\n${last}\n`);
    return (await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')])).stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A figure that waits after some steps from its beginning, with its report and its program. */
async function stepped(query: string, tag: string, steps: number) {
  const { page, problems } = await lab!.open(`/?${query}`);
  const figure = await figureOf(page, tag);
  const told = await figure.evaluate(async (element, count) => {
    const one = element as WithProgram;
    one.pause();
    await one.reset();
    for (let k = 0; k < count; k++) await one.step();
    return { report: one.report, program: one.elsewhere().program };
  }, steps);
  assert.equal(problems, []);
  await page.close();
  return told as { report: Record<string, unknown>; program: string };
}

check('spins: the program makes the energy and magnetisation of the figure', async () => {
  for (const query of [
    'spins=size=96,temperature=2.3,seed=5',
    'spins=size=64,temperature=1.9,field=-0.2,method=heatBath,seed=6',
    'spins=size=1088,temperature=2.4,seed=7',
    'spins=size=96,temperature=2.3,method=wolff,seed=8',
  ]) {
    for (const steps of [0, 3]) {
      const { report, program } = await stepped(query, 'blockspin-spins', steps);
      const last =
        'const { energies, magnetisations } = lattice.measure(); console.log(JSON.stringify([energies[0], magnetisations[0]]));';
      const lines = (await printed(program, last)).trim().split('\n');
      assert.equal(JSON.parse(lines[lines.length - 1]), [report.energy, report.magnetisation], `${query}, ${steps}`);
    }
  }
});

check('blocks: the program prints the correlations of the first row', async () => {
  for (const query of ['blocks=size=256,distance=3,seed=5', 'blocks=size=256,rule=soft,weight=0.6,seed=6']) {
    const { report, program } = await stepped(query, 'blockspin-blocks', 1);
    const lattices = report.lattices as { below: { levels: { correlation: { value: number } }[] } };
    const shown = lattices.below.levels.map(({ correlation }) => correlation.value);
    const numbers = (await printed(program))
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[1]));
    assert.is(numbers.length, shown.length);
    for (const [n, value] of numbers.entries()) {
      assert.ok(Math.abs(value - shown[n]) < 1e-12, `${query}, step ${n}: ${value}, ${shown[n]}`);
    }
  }
});

check('zoom: the program grows the lattice of the figure', async () => {
  const query = 'zoom=size=1024,temperature=2.5,seed=4,still=true';
  const { page, problems } = await lab!.open(`/?${query}`);
  const figure = await figureOf(page, 'blockspin-zoom');
  const { bytes, program } = await figure.evaluate(async (element) => {
    const one = element as WithProgram;
    const end = performance.now() + 60_000;
    while (!(one.report as { grown?: boolean })?.grown && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { bytes } = (await one.call('configuration')) as { bytes: Uint8Array };
    return { bytes: [...bytes.slice(0, 64)], program: one.elsewhere().program };
  });
  const before = program.indexOf('while (level.shape');
  const output = await printed(program.slice(0, before), 'console.log(JSON.stringify([...level.bytes.slice(0, 64)]));');
  assert.equal(JSON.parse(output), bytes);
  assert.is((await printed(program)).trim(), '[ 16, 16 ]');
  assert.equal(problems, []);
  await page.close();
});

test.after(() => lab?.close());
test.run();
