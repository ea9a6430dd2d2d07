/**
 * Classes of cluster sizes: 1 to 15 one by one, then eight from each power of two to the next. The kernel counts in
 * these (assembly/ising/clusters.ts).
 */

/** Sizes smallest, smallest + 1, …, largest; smallest > largest for class 0, which no cluster has. */
export interface SizeClass {
  smallest: number;
  largest: number;
}

/** Sizes below this have one class each. */
const SINGLE = 16;
/** Classes from a power of two to the next. */
const PER_OCTAVE = 8;

/** The classes of sizes 0 to `sites`; the last one ends with `sites`. */
export function sizeClasses(sites: number): SizeClass[] {
  const classes: SizeClass[] = [];
  for (let size = 0; size <= sites; ) {
    const width = size < SINGLE ? 1 : 2 ** (31 - Math.clz32(size)) / PER_OCTAVE;
    classes.push({ smallest: size, largest: Math.min(sites, size + width - 1) });
    size += width;
  }
  return classes;
}
