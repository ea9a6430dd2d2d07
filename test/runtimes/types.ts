/** The declarations of the packed package under compilers and resolutions, and what the judges of packages say of it. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MATRIX } from '../matrix.js';
import { manifest } from './project.js';
import { type Ran, run } from './run.js';

/** Module resolutions, each with the kind of modules that goes with it. */
export const RESOLUTIONS = { node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' } as const;
export type Resolution = keyof typeof RESOLUTIONS;

/** Doors with declarations; the queue's need those of the packages that its users install. */
const DOORS = [
  ...Object.keys(manifest.exports).filter((door) => /^\.(\/[a-z]+)?$/.test(door) && door !== './bullmq'),
  ...['./elements/spins', './blockspin.min.js'],
].map((door) => manifest.name + door.slice(1));

const FILES = {
  'doors.ts': DOORS.map((door, k) => `export * as door${k} from '${door}';\n`).join(''),
  'required.cts': `import { square } from '${manifest.name}';\nexport const lattice = square(8);\n`,
};

/** What a compiler says, `strict` and with the declarations checked; nothing if all is well. */
export async function typeErrors(
  project: string,
  compiler: string,
  resolution: Resolution,
  file: keyof typeof FILES = 'doors.ts',
): Promise<string> {
  const folder = join(project, 'types');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  const compilerOptions = {
    ...{ target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
    ...{ module: RESOLUTIONS[resolution], moduleResolution: resolution },
    // the declarations of the package are checked; those of the language are not its own
    ...{ strict: true, skipLibCheck: false, skipDefaultLibCheck: !MATRIX, noEmit: true },
  };
  const config = `tsconfig.${resolution}.json`;
  writeFileSync(join(folder, config), JSON.stringify({ compilerOptions, files: [file] }));
  const { stdout, stderr } = await run([process.execPath, compiler, '-p', config], { cwd: folder });
  return stdout + stderr;
}

/** publint on the tarball, warnings as failures. */
export const publint = (tools: string, tarball: string): Promise<Ran> =>
  run([process.execPath, join(tools, 'publint/src/cli.js'), 'run', tarball, '--strict'], { cwd: tools });

/** attw on the tarball, as a package of modules; the binary and the worker's file have no types. */
export const attw = (tools: string, tarball: string): Promise<Ran> => {
  const words = ['--profile', 'esm-only', '--exclude-entrypoints', 'blockspin.wasm', 'worker.js'];
  return run([process.execPath, join(tools, '@arethetypeswrong/cli/dist/index.js'), tarball, ...words], { cwd: tools });
};
