/** The bytes of a WebAssembly binary, read from the front: the shapes that its sections are made of. */

export class Reader {
  at = 8;

  /** @throws Error if the bytes are not a WebAssembly module */
  constructor(readonly bytes: Uint8Array) {
    if (String.fromCharCode(...bytes.subarray(0, 4)) !== '\0asm') throw new Error('not a WebAssembly binary');
  }

  readonly byte = (): number => this.bytes[this.at++];

  /** LEB128; of a signed one the magnitude is wrong and the length right. */
  readonly number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const next = this.byte();
      value += (next & 0x7f) * 2 ** shift;
      if (next < 0x80) return value;
    }
  };

  /** The number at a place, which is not left. */
  numberAt(place: number): number {
    const here = this.at;
    this.at = place;
    const value = this.number();
    this.at = here;
    return value;
  }

  readonly list = <T>(read: () => T): T[] => Array.from({ length: this.number() }, read);

  readonly text = (): string => {
    const length = this.number();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  };

  skip(bytes: number): void {
    this.at += bytes;
  }

  /** Limits of a memory or table. */
  readonly limits = (): void => {
    const hasMaximum = (this.byte() & 1) === 1;
    this.number();
    if (hasMaximum) this.number();
  };

  /** Calls back at the start of each section; what is left of it is skipped. */
  sections(visit: (section: number) => void): void {
    while (this.at < this.bytes.length) {
      const section = this.byte();
      const end = this.number() + this.at;
      visit(section);
      this.at = end;
    }
  }
}
