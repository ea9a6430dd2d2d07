/**
 * Counts what a piece of work asks of the kernels: calls of each, and barriers, which are where threads wait for each
 * other.
 */

const BARRIER = 'barrier';

/**
 * Does the work on kernels that are counted. Only what is instantiated meanwhile, in this thread, is seen; one at a
 * time.
 * @returns calls by the kernel's name, and `barrier`
 */
export async function countOperations(work: () => unknown): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const counted = <F extends (...args: never[]) => unknown>(name: string, f: F) =>
    ((...args) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return f(...args);
    }) as F;
  const Instance = WebAssembly.Instance;
  WebAssembly.Instance = class {
    readonly exports: WebAssembly.Exports;

    constructor(module: WebAssembly.Module, imports: WebAssembly.Imports) {
      const env = { ...imports.env };
      env[BARRIER] = counted(BARRIER, env[BARRIER] as () => void);
      const { exports } = new Instance(module, { ...imports, env });
      this.exports = Object.fromEntries(
        Object.entries(exports).map(([name, f]) => [
          name,
          typeof f === 'function' ? counted(name, f as () => void) : f,
        ]),
      );
    }
  } as unknown as typeof WebAssembly.Instance;
  try {
    await work();
  } finally {
    WebAssembly.Instance = Instance;
  }
  return counts;
}
