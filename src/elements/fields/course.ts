/** The training of one stack, epoch by epoch. */

import type { SpinData } from '../../ising/index.js';
import { Rbm, Stack, type StackOptions, type StackState, trainStack } from '../../rbm/index.js';

/**
 * A run of `trainStack` that waits after each epoch until it is asked for the next one: it is stopped and continued
 * there, and gives the bits of a run without pauses.
 */
export class Course {
  /** The layer and the epoch that were finished last; 1 and 0 at the beginning. */
  layer = 1;
  epoch = 0;
  /** Share of the present epoch that is done. */
  within = 0;
  /** Whether all epochs of all layers are done. */
  ended = false;
  /** Pseudo-log-likelihood per unit after each epoch, by layer. */
  readonly history: number[][];
  readonly #data: SpinData;
  readonly #options: StackOptions;
  readonly #stopping = new AbortController();
  #state: StackState = { finished: [] };
  #stack: Stack | undefined;
  #continue: (() => void) | undefined;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;
  #started = false;

  constructor(data: SpinData, options: StackOptions) {
    this.#data = data;
    this.#options = options;
    this.history = options.hidden.map(() => []);
  }

  /**
   * One epoch, of one layer after the other.
   * @throws DivergenceError if the training diverges; the errors of `trainStack`
   */
  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.within = 0;
      if (this.#continue) this.#continue();
      else if (!this.#started) void this.#run();
    });
  }

  /** The layers up to the one in training, as they are; undefined before the first epoch. */
  get stack(): Stack | undefined {
    if (this.#stack) return this.#stack;
    const { finished, current } = this.#state;
    const { hidden } = this.#options;
    const layers = finished.map(({ parameters }) => new Rbm(parameters));
    if (current) {
      const { weights, visibleBias, hiddenBias } = current;
      layers.push(
        new Rbm({ visible: visibleBias.length, hidden: hidden[layers.length], weights, visibleBias, hiddenBias }),
      );
    }
    if (layers.length === 0) return undefined;
    this.#stack = new Stack(layers, this.#data.shape);
    return this.#stack;
  }

  /** Ends it for good. */
  close(): void {
    this.#stopping.abort(new Error('the training was stopped'));
    this.#continue?.();
  }

  async #run(): Promise<void> {
    this.#started = true;
    const { hidden, epochs } = this.#options;
    const { signal } = this.#stopping;
    try {
      const { stack } = await trainStack(this.#data, {
        ...this.#options,
        signal,
        onProgress: ({ done }) => {
          this.within = done - Math.floor(done);
        },
        onEpoch: (layer, { epoch, pseudoLikelihood }, state) => {
          [this.layer, this.epoch, this.#state, this.#stack, this.within] = [layer, epoch, state(), undefined, 0];
          this.history[layer - 1].push(pseudoLikelihood ?? Number.NaN);
          if (signal.aborted || (layer === hidden.length && epoch === epochs)) return;
          const waiting = new Promise<void>((resolve) => {
            this.#continue = resolve;
          });
          this.#settle?.resolve();
          return waiting;
        },
      });
      this.#stack = stack;
      this.ended = true;
      this.#settle?.resolve();
    } catch (error) {
      this.#settle?.reject(error as Error);
    }
  }
}
