/** Interactions in typed arrays: sets of sites, each once, with the sum of their couplings. */

/** Part of the places of the hash table that may be filled. */
const LOAD = 0.6;

/**
 * Terms in the order in which their sets of sites were first added. Sets are found by a hash of their rising sites, in a
 * table of numbers of terms (open addressing), so that a million terms are no objects.
 */
export class TermTable {
  #couplings: Float64Array;
  #starts: Uint32Array;
  #members: Uint32Array;
  #places: Int32Array;
  #count = 0;
  #scratch = new Uint32Array(8);

  /** @param terms and the number of their sites, as expected: a larger number costs only time */
  constructor(terms: number, members: number) {
    this.#couplings = new Float64Array(Math.max(1, terms));
    this.#starts = new Uint32Array(Math.max(1, terms) + 1);
    this.#members = new Uint32Array(Math.max(1, members));
    this.#places = emptyPlaces(terms);
  }

  /** Number of sets. */
  get count(): number {
    return this.#count;
  }

  /**
   * Adds a coupling to that of the set of sites `sites[from]` to `sites[to - 1]`, in any order.
   * @returns a site that is there twice, or -1; then nothing was added
   */
  add(sites: ArrayLike<number>, from: number, to: number, coupling: number): number {
    const size = to - from;
    const sorted = this.#sort(sites, from, size);
    for (let k = 1; k < size; k++) if (sorted[k] === sorted[k - 1]) return sorted[k];
    const place = this.#placeOf(sorted, size);
    const known = this.#places[place];
    if (known >= 0) {
      this.#couplings[known] += coupling;
      return -1;
    }
    const t = this.#count++;
    const start = this.#starts[t];
    this.#makeRoom(t + 1, start + size);
    for (let k = 0; k < size; k++) this.#members[start + k] = sorted[k];
    this.#starts[t + 1] = start + size;
    this.#couplings[t] = coupling;
    this.#places[place] = t;
    if (this.#count > LOAD * this.#places.length) this.#rehash();
    return -1;
  }

  /** The coupling of a set of rising sites; undefined if it is not there. */
  couplingOf(sites: ArrayLike<number>, from: number, to: number): number | undefined {
    const size = to - from;
    const t = this.#places[this.#placeOf(this.#sort(sites, from, size), size)];
    return t < 0 ? undefined : this.#couplings[t];
  }

  /** The terms whose couplings are not 0: of term t couplings[t], and its sites, rising, from starts[t] on. */
  terms(): { couplings: Float64Array; starts: Uint32Array; members: Uint32Array } {
    let kept = 0;
    for (let t = 0; t < this.#count; t++) if (this.#couplings[t] !== 0) kept++;
    const size = this.#starts[this.#count];
    if (kept === this.#count) {
      return {
        couplings: ofLength(this.#couplings, kept),
        starts: ofLength(this.#starts, kept + 1),
        members: ofLength(this.#members, size),
      };
    }
    const couplings = new Float64Array(kept);
    const starts = new Uint32Array(kept + 1);
    const members = new Uint32Array(size);
    let next = 0;
    for (let t = 0; t < this.#count; t++) {
      if (this.#couplings[t] === 0) continue;
      couplings[next] = this.#couplings[t];
      const own = this.#members.subarray(this.#starts[t], this.#starts[t + 1]);
      members.set(own, starts[next]);
      starts[next + 1] = starts[next] + own.length;
      next++;
    }
    return { couplings, starts, members: members.slice(0, starts[kept]) };
  }

  /** The sites, rising, in the scratch array. */
  #sort(sites: ArrayLike<number>, from: number, size: number): Uint32Array {
    if (size > this.#scratch.length) this.#scratch = new Uint32Array(2 * size);
    const sorted = this.#scratch;
    if (size > 16) {
      for (let k = 0; k < size; k++) sorted[k] = sites[from + k];
      sorted.subarray(0, size).sort();
      return sorted;
    }
    for (let k = 0; k < size; k++) {
      const site = sites[from + k];
      let at = k;
      for (; at > 0 && sorted[at - 1] > site; at--) sorted[at] = sorted[at - 1];
      sorted[at] = site;
    }
    return sorted;
  }

  /** Where the number of this set stands, or would stand. */
  #placeOf(sorted: Uint32Array, size: number): number {
    let hash = size;
    for (let k = 0; k < size; k++) hash = Math.imul(hash ^ sorted[k], 0x9e3779b1) ^ (hash >>> 15);
    hash ^= hash >>> 16;
    const mask = this.#places.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const t = this.#places[place];
      if (t < 0 || this.#isSet(t, sorted, size)) return place;
    }
  }

  #isSet(t: number, sorted: Uint32Array, size: number): boolean {
    const start = this.#starts[t];
    if (this.#starts[t + 1] - start !== size) return false;
    for (let k = 0; k < size; k++) if (this.#members[start + k] !== sorted[k]) return false;
    return true;
  }

  #makeRoom(terms: number, members: number): void {
    if (terms > this.#couplings.length) {
      this.#couplings = larger(this.#couplings, new Float64Array(2 * terms));
      this.#starts = larger(this.#starts, new Uint32Array(2 * terms + 1));
    }
    if (members > this.#members.length) this.#members = larger(this.#members, new Uint32Array(2 * members));
  }

  #rehash(): void {
    this.#places = emptyPlaces(2 * this.#count);
    for (let t = 0; t < this.#count; t++) {
      const size = this.#starts[t + 1] - this.#starts[t];
      this.#places[this.#placeOf(this.#sort(this.#members, this.#starts[t], size), size)] = t;
    }
  }
}

/** Places for so many terms, a power of two. */
function emptyPlaces(terms: number): Int32Array {
  return new Int32Array(2 ** (32 - Math.clz32(Math.max(7, terms / LOAD)))).fill(-1);
}

function larger<T extends Float64Array | Uint32Array>(array: T, room: T): T {
  room.set(array);
  return room;
}

function ofLength<T extends Float64Array | Uint32Array>(array: T, length: number): T {
  return (array.length === length ? array : array.slice(0, length)) as T;
}
