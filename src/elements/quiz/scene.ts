/** The pictures of `<blockspin-quiz>`, in its worker. */

import { criticalCoupling } from '../../exact/index.js';
import type { MultiSpin, SpinData } from '../../ising/index.js';
import { iteratedRule, majorityRule } from '../../rg/index.js';
import { streamKey } from '../../util/random.js';
import type { Scene, Stage } from '../base/scene.js';
import { liveLattice } from '../parts/lattice.js';
import { drawSpins, SpinPicture } from '../parts/spinPicture.js';
import { QUIZ_WINDOW, type QuizValues } from './spec.js';

export const TEMPERATURES = ['below', 'at', 'above'] as const;
export type QuizTemperature = (typeof TEMPERATURES)[number];
export type Side = 'left' | 'right';

export interface QuizReport {
  /** Number of the question, from 1. */
  question: number;
  /** What it was, once it is answered. */
  truth: { blocked: Side; temperature: QuizTemperature; right: boolean } | null;
  score: Record<QuizTemperature, { asked: number; right: number }>;
}

/** Side of the lattices, and sweeps between two questions. */
const SIDE = 1024;
const SWEEPS = 100;

interface Question {
  temperature: QuizTemperature;
  blocked: Side;
  spins: SpinData;
  blocks: SpinData;
  /** Corners of the windows in the two lattices. */
  corner: [row: number, column: number];
  blockCorner: [row: number, column: number];
}

class QuizScene implements Scene<QuizValues, QuizReport> {
  #values: QuizValues;
  #lattices!: Record<QuizTemperature, MultiSpin>;
  #number = 0;
  #question!: Question;
  #truth: QuizReport['truth'] = null;
  #score!: QuizReport['score'];
  readonly #picture = new SpinPicture();
  readonly calls = {
    step: () => this.#ask(),
    reset: () => this.#begin(),
    /** The reader says which picture shows block spins. */
    answer: (side: Side) => {
      if (this.#truth !== null) return;
      const { temperature, blocked } = this.#question;
      const right = side === blocked;
      this.#truth = { blocked, temperature, right };
      this.#score[temperature].asked++;
      if (right) this.#score[temperature].right++;
    },
  };

  private constructor(values: QuizValues) {
    this.#values = values;
  }

  static async of(values: QuizValues): Promise<QuizScene> {
    const scene = new QuizScene(values);
    await scene.#begin();
    return scene;
  }

  bits(): readonly Uint8Array[] {
    const { spins, blocks } = this.#question;
    return [spins.bytes, blocks.bytes];
  }

  async set(values: QuizValues): Promise<void> {
    this.#values = values;
    await this.#begin();
  }

  /** Nothing moves between two questions. */
  advance(): boolean {
    return false;
  }

  draw({ canvases, palette }: Stage): void {
    const { blocked, spins, blocks, corner, blockCorner } = this.#question;
    for (const side of ['left', 'right'] as const) {
      const canvas = canvases.get(side);
      const shown = side === blocked ? ([blocks, blockCorner] as const) : ([spins, corner] as const);
      if (canvas) drawSpins(canvas, ...shown, QUIZ_WINDOW, this.#picture, palette);
    }
  }

  report(): QuizReport {
    return { question: this.#number, truth: this.#truth, score: structuredClone(this.#score) };
  }

  async #begin(): Promise<void> {
    const { distance, seed } = this.#values;
    const factor = { below: 1 - distance / 100, at: 1, above: 1 + distance / 100 };
    const lattice = (name: QuizTemperature) =>
      liveLattice({ coupling: criticalCoupling / factor[name], seed }, SIDE, 'grown');
    this.#lattices = { below: await lattice('below'), at: await lattice('at'), above: await lattice('above') };
    this.#score = { below: { asked: 0, right: 0 }, at: { asked: 0, right: 0 }, above: { asked: 0, right: 0 } };
    this.#number = 0;
    this.#ask();
  }

  #ask(): void {
    const { seed, steps } = this.#values;
    this.#number++;
    this.#truth = null;
    // 64 bits for all that is left to chance in this question
    let bits = streamKey(seed, 'quiz', this.#number);
    const below = (n: number) => {
      const value = Number(bits % BigInt(n));
      bits /= BigInt(n);
      return value;
    };
    const temperature = TEMPERATURES[below(3)];
    const blocked = below(2) === 0 ? 'left' : 'right';
    const lattice = this.#lattices[temperature];
    lattice.advance(SWEEPS);
    const spins = lattice.configurations();
    const blocks = iteratedRule(majorityRule({ factor: 2 }), steps).apply(spins, { seed, firstRow: this.#number });
    const side = blocks.shape[0];
    this.#question = {
      ...{ temperature, blocked, spins, blocks },
      corner: [below(SIDE), below(SIDE)],
      blockCorner: [below(side), below(side)],
    };
  }
}

export const quizScene = (values: QuizValues): Promise<QuizScene> => QuizScene.of(values);
