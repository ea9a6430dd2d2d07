/**
 * The page-wide budget: figures that run at the same time share the cores. Each gets so many milliseconds of work per
 * frame that a page with many figures stays as quick as one with one.
 */

/** Milliseconds of work per frame of a figure that has a core to itself; a frame at 60 Hz has 16.7. */
const FULL = 11;
const LEAST = 2;
const FRAME = 1000 / 60;

/** From one frame to the next where energy is saved, in milliseconds. */
const SLOW_FRAME = 1000 / 15;

/** What a figure is given. */
export interface Share {
  /** Milliseconds of work between two frames. */
  milliseconds: number;
  /** Milliseconds from one frame to the next at least; 0: as often as the screen shows one. */
  interval: number;
}

const running = new Map<object, { lowPower: boolean; tell: (share: Share) => void }>();

/** Makes every figure on this page wait (or not): the page's own pause. */
let everyone = true;

/** Those who must know that all figures were paused or are allowed to run again. */
const listeners = new Set<() => void>();

/** Whether the page saves energy; undefined: as the reader's system asks for reduced motion. */
let saving: boolean | undefined;

function divide(): void {
  const cores = Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1);
  const milliseconds = Math.max(LEAST, FULL * Math.min(1, cores / Math.max(1, running.size)));
  const slow = { milliseconds: ((milliseconds / 2) * SLOW_FRAME) / FRAME, interval: SLOW_FRAME };
  for (const { lowPower, tell } of running.values())
    tell(lowPower || savesEnergy() ? slow : { milliseconds, interval: 0 });
}

/** A figure begins to run, or saves energy from now on or no longer; `tell` is called now and whenever its share changes. */
export function joinShare(figure: object, lowPower: boolean, tell: (share: Share) => void): void {
  if (running.get(figure)?.lowPower === lowPower) return;
  running.set(figure, { lowPower, tell });
  divide();
}

/** A figure waits or is gone. */
export function leaveShare(figure: object): void {
  if (running.delete(figure)) divide();
}

/** Whether figures on this page may run at all. */
export const figuresAllowed = (): boolean => everyone;

/**
 * Lets no figure on the page run, or lets those run again that are not paused themselves.
 * @example
 * pauseFigures(document.hidden);
 */
export function pauseFigures(on: boolean): void {
  if (everyone === !on) return;
  everyone = !on;
  for (const listener of [...listeners]) listener();
}

/** Calls the listener whenever `pauseFigures` changes something; returns what ends that. */
export function onFiguresPaused(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether figures on this page save energy: as the page says, or else where the reader asks for reduced motion. */
export const savesEnergy = (): boolean =>
  saving ?? globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches === true;

/**
 * Lets all figures on the page save energy, or lets them run as fast as they can: 15 frames per second and half the work.
 * Until it is called, they do so where the reader asks for reduced motion.
 * @example
 * lowPowerFigures(true);
 */
export function lowPowerFigures(on: boolean): void {
  if (saving === on) return;
  saving = on;
  divide();
}
