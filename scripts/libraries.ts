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

/** linkedom draws on a canvas if there is one, which nothing here asks it to. */
const withoutCanvas: Plugin = {
  name: 'without-canvas',
  setup(steps) {
    steps.onResolve({ filter: /^canvas$/ }, () => ({ path: 'canvas', namespace: 'none' }));
    steps.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'throw new Error("there is no canvas")' }));
  },
};

/** As they are for pages, which Node runs as well. */
export const BUNDLING = {
  ...{ bundle: true, format: 'esm', platform: 'neutral', target: 'es2022', logLevel: 'error', legalComments: 'none' },
  ...{ mainFields: ['module', 'main'], conditions: ['browser', 'import'], plugins: [withoutCanvas] },
} satisfies BuildOptions;

/** Puts them in. */
export async function bundleLibraries(outdir: string): Promise<void> {
  await build({ ...BUNDLING, entryPoints: LIBRARIES, outbase: 'src', outdir, minify: true });
}
