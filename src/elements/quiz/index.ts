/** `<blockspin-quiz>`: which picture shows block spins? */

import { html, nothing, type TemplateResult } from 'lit';
import { defineFigure, Figure } from '../figure/figure.js';
import { slider } from '../parts/controls.js';
import type { Table } from '../parts/table.js';
import type { QuizReport, QuizTemperature, Side } from './scene.js';
import { QUIZ, QUIZ_WINDOW } from './spec.js';
import { styles } from './style.js';

const NAMES: Readonly<Record<QuizTemperature, string>> = {
  below: 'below the critical temperature',
  at: 'at the critical temperature',
  above: 'above the critical temperature',
};

/** Two pictures, one of spins and one of block spins: `<blockspin-quiz distance="4">`. */
export class QuizElement extends Figure<typeof QUIZ.properties, QuizReport> {
  static override styles = [...Figure.styles, styles];
  protected readonly scene = 'quiz';
  protected override readonly hasTables = false;

  /** Nothing is ended: it waits for the reader. */
  protected override outcome(): undefined {}

  async #answer(side: Side): Promise<void> {
    await this.ask('answer', side);
    const truth = this.report?.truth;
    if (!truth) return;
    const { right, temperature } = truth;
    this.dispatchEvent(new CustomEvent('answer', { detail: { right, temperature }, bubbles: true, composed: true }));
  }

  override render(): TemplateResult {
    const { steps } = this.values;
    const truth = this.present?.truth ?? null;
    return html`<figure part="figure">
      ${this.problems()}
      <p class="question">One picture shows ${QUIZ_WINDOW} × ${QUIZ_WINDOW} spins. The other shows as many block spins of the same magnet, each the majority of
        ${steps === 1 ? '2 × 2 spins' : `majorities, ${steps} steps of 2 × 2`}. <strong>Which one shows the block spins?</strong></p>
      <div class="pair">${(['left', 'right'] as const).map((side) => this.#side(side, truth))}</div>
      <div class="row"><p class="verdict grow" role="status">${this.#verdict()}</p>
        <button class="main" @click=${() => this.ask('step')} ?disabled=${truth === null}>Next pair</button>
        <button @click=${() => this.ask('reset')} ?disabled=${this.preparing}>Begin anew</button></div>
      <div class="columns quiz-columns"><div class="stack">${slider(this, 'distance')} ${slider(this, 'steps')}</div>${this.#score()}</div>
      ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  #side(side: Side, truth: QuizReport['truth']): TemplateResult {
    const shown = truth === null ? '' : truth.blocked === side ? 'block spins' : 'spins';
    return html`<div class="stack">
      <div class="shown">${this.sceneCanvas(side, `The ${side} picture${shown ? `: ${shown}` : ''}.`, this.preparing ? 'spins unseen' : 'spins')}
        ${this.preparing ? html`<span class="busy small quiet">preparing…</span>` : nothing}</div>
      <button @click=${() => this.#answer(side)} ?disabled=${this.present === undefined || truth !== null}>${shown || `The ${side} one`}</button>
    </div>`;
  }

  #verdict(): string {
    if (this.preparing) return 'Preparing three lattices of 1024 × 1024 spins…';
    const truth = this.present?.truth;
    if (!truth) return `Pair ${this.present?.question ?? 1}`;
    return `${truth.right ? 'Right' : 'Wrong'}: the magnet was ${NAMES[truth.temperature]}.`;
  }

  #score(): TemplateResult {
    const { score } = this.present ?? {};
    return html`<table><caption class="small quiet">Your score; guessing gives one half</caption>
      <thead><tr><th scope="col">temperature</th><th scope="col">pairs</th><th scope="col">right</th></tr></thead>
      <tbody>${(['below', 'at', 'above'] as const).map(
        (name) =>
          html`<tr><th scope="row">${NAMES[name]}</th><td>${score?.[name].asked ?? 0}</td><td>${score?.[name].right ?? 0}</td></tr>`,
      )}</tbody></table>`;
  }

  override tables(): readonly Table[] {
    const { score } = this.present ?? {};
    if (score === undefined) return [];
    const rows = (['below', 'at', 'above'] as const).map((name) => [
      NAMES[name],
      String(score[name].asked),
      String(score[name].right),
    ]);
    return [{ title: 'Score', head: ['temperature', 'pairs', 'right'], rows }];
  }
}

defineFigure(QUIZ, QuizElement as never);
