/**
 * Other packages, put into the modules of build/package that name them: whoever installs this package to sample installs none of those.
 */

import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Large ones, which are in one place of the build only. */
export const LARGE = ['src/viz/frame/plot.ts', 'src/viz/frame/dom.ts'];

/** Modules that only name what other packages have. */
export const LIBRARIES = [
  ...LARGE,
  ...['src/formats/fflate.ts', 'src/sweep/parquetWriter.ts', 'src/viz/frame/ramp.ts', 'src/viz/panels/png.ts'],
];

/** What linkedom imports and nothing here asks of it: a canvas to draw on, and the rules of a style sheet, 200 kB. */
const UNUSED: Readonly<Record<string, string>> = {
  canvas: 'throw new Error("there is no canvas")',
  'cssomnom/parse': 'export const parse = () => { throw new Error("style sheets are not read here"); };',
};

const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(steps) {
    const filter = new RegExp(`^(${Object.keys(UNUSED).join('|')})$`);
    steps.onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }));
    steps.onLoad({ filter: /.*/, namespace: 'unused' }, ({ path }) => ({ contents: UNUSED[path] }));
  },
};

/** As they are for pages, which Node runs as well. */
export const BUNDLING = {
  ...{ bundle: true, format: 'esm', platform: 'neutral', target: 'es2022', logLevel: 'error', legalComments: 'none' },
  ...{ mainFields: ['module', 'main'], conditions: ['browser', 'import'], plugins: [withoutUnused] },
} satisfies BuildOptions;

/** Puts them in. */
export async function bundleLibraries(outdir: string): Promise<void> {
  await build({ ...BUNDLING, entryPoints: LIBRARIES, outbase: 'src', outdir, minify: true });
}
