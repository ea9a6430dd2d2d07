/** Types of the platform, where the compiler knows them: declarations of this package need no library of it. */

/** Instances of a global class; `Fallback` where the compiler does not know it. */
type InstanceOf<Name extends string, Fallback> = typeof globalThis extends { [K in Name]: { prototype: infer T } }
  ? T
  : Fallback;

/** AbortSignal; without it nothing can be stopped. */
export type StopSignal = InstanceOf<'AbortSignal', never>;
/** URL. */
export type Address = InstanceOf<'URL', never>;
/** Blob. */
export type Bytes = InstanceOf<'Blob', never>;
