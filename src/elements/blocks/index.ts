/** `<blockspin-blocks>`: zooming out is renormalizing. */

import { html, nothing, type TemplateResult } from 'lit';
import { criticalCoupling } from '../../exact/index.js';
import { formatEstimate } from '../../stats/index.js';
import { defineFigure, Figure } from '../figure/figure.js';
import { choice, list, slider } from '../parts/controls.js';
import { grouped } from '../parts/grouped.js';
import { joinedImports, latticeProgram, programOf, sweepLine } from '../parts/latticeProgram.js';
import type { Elsewhere } from '../parts/leave.js';
import { type Mark, plot, type Tone } from '../parts/plot.js';
import type { Table } from '../parts/table.js';
import type { BlocksReport } from './scene.js';
import { BLOCKS, LATTICES, type LatticeName, pictureName, STEPS, WINDOW } from './spec.js';
import { styles } from './style.js';

/** Where the columns of the style sheet change, in pixels. */
const WIDE = 704;

/** Couplings nearer than this to K_c are named on top of its line. */
const NEAR = 0.02;

const TONES: Readonly<Record<LatticeName, Tone | undefined>> = { below: undefined, at: 'third', above: 'second' };

/** Three live lattices and their block spins: `<blockspin-blocks rule="majority">`. */
export class BlocksElement extends Figure<typeof BLOCKS.properties, BlocksReport> {
  static override styles = [...Figure.styles, styles];
  protected readonly scene = 'blocks';

  protected override received({ sweeps, lattices }: BlocksReport): void {
    if (!this.running || this.present === undefined) return;
    const couplings = Object.fromEntries(
      LATTICES.map((name) => [name, lattices[name].levels.map(({ apparent }) => apparent.value)]),
    );
    this.dispatchEvent(new CustomEvent('sample', { detail: { sweeps, couplings }, bubbles: true, composed: true }));
  }

  override render(): TemplateResult {
    const { rule } = this.values;
    return html`<figure part="figure">
      ${this.problems()}
      <div class="shown"><div class=${this.preparing ? 'levels unseen' : 'levels'} role="group" aria-label="Pictures of ${WINDOW} × ${WINDOW} spins: each lattice, then its block spins after one to four steps">
        <span></span>
        ${Array.from({ length: STEPS + 1 }, (_, n) => html`<span class="head small quiet">${headOf(n)}</span>`)}
        ${LATTICES.map(
          (name) => html`<span class="side small">${this.#temperature(name)}</span>
          ${Array.from({ length: STEPS + 1 }, (_, n) => this.sceneCanvas(pictureName(name, n), this.#words(name, n)))}`,
        )}
      </div>${this.preparing ? html`<span class="busy small quiet">preparing three lattices, grown at their temperatures…</span>` : nothing}</div>
      <div class="columns blocks-columns">
        <div class="stack">
          ${this.toolbar(html`<span class="grow"></span><span class="small quiet">${this.preparing ? 'preparing…' : html`sweep ${grouped(this.present?.sweeps ?? 0)}`}</span>`)}
          ${choice(this, 'rule')} ${rule === 'soft' ? slider(this, 'weight') : nothing} ${slider(this, 'distance')}
          ${list(this, 'size', [512, 1024, 2048], (L) => `${L} × ${L}`)}
        </div>
        <div class="stack">${this.#flow()}</div>
      </div>
      ${this.foot()}
      <figcaption><slot name="caption"></slot></figcaption>
    </figure>`;
  }

  #temperature(name: LatticeName): TemplateResult {
    const { distance } = this.values;
    if (name === 'at') return html`at <i>T</i><sub>c</sub>`;
    return html`${distance} % ${name} <i>T</i><sub>c</sub>`;
  }

  #words(name: LatticeName, step: number): string {
    const apparent = this.present?.lattices[name].levels[step].apparent.value;
    const what = step === 0 ? 'the spins' : `block spins after ${step} ${step === 1 ? 'step' : 'steps'}`;
    return `Lattice ${name} the critical temperature: ${what}${apparent === undefined ? '' : `; apparent coupling ${apparent.toFixed(3)}`}.`;
  }

  #flow(): TemplateResult {
    const report = this.present;
    const marks: Mark[] = [{ kind: 'line', y: criticalCoupling, name: 'K_c' }];
    const all = LATTICES.flatMap((name) => report?.lattices[name].levels.map(({ apparent }) => apparent.value) ?? []);
    // far from T_c the cold lattice runs off to infinity: beyond 1 it is written, not drawn
    const domain = [
      Math.min(0.3, Math.floor(10 * Math.min(...all)) / 10),
      Math.max(0.6, Math.ceil(10 * Math.min(1, Math.max(...all, 0))) / 10),
    ] as const;
    for (const name of LATTICES) {
      const levels = report?.lattices[name].levels;
      if (levels === undefined) continue;
      const points = levels.map(({ apparent }, n) => [n, apparent.value, apparent.error ?? 0] as const);
      const tone = TONES[name];
      marks.push({ kind: 'trace', points: points.map(([n, K]) => [n, K] as const), tone });
      marks.push({ kind: 'dots', points, tone });
      const last = points[STEPS][1];
      const text = last > domain[1] ? `${name}: ${last.toFixed(1)}` : name;
      // below the line of K_c, where it is near to it
      const y = Math.abs(last - criticalCoupling) < NEAR ? criticalCoupling - NEAR : Math.min(domain[1], last);
      marks.push({ kind: 'name', x: STEPS + 0.12, y, text, tone });
    }
    return html`${plot({
      label: `Apparent coupling against the number of block-spin steps: it grows below the critical temperature, stays near K_c at it, falls above it.`,
      width: this.width < WIDE ? this.width : (this.width - 24) * (2 / 3),
      height: 250,
      x: { label: 'block-spin steps', domain: [0, STEPS + 0.7], ticks: 5, format: (n) => String(n) },
      y: { label: 'coupling that neighbours seem to have', domain },
      marks,
    })}<figcaption>The coupling <i>K</i> of an Ising lattice whose neighbours agree as often as these do. Block spins also feel further neighbours, so it is a name for their
      correlation rather than their whole Hamiltonian.</figcaption>`;
  }

  protected override words(): string {
    const report = this.present;
    if (report === undefined) return '';
    const last = (name: LatticeName) => report.lattices[name].levels[STEPS].apparent.value.toFixed(2);
    return `Apparent coupling after ${STEPS} steps: ${LATTICES.map((name) => `${name} the critical temperature ${last(name)}`).join(', ')}.`;
  }

  override tables(): readonly Table[] {
    const report = this.present;
    if (report === undefined) return [];
    const rows = LATTICES.flatMap((name) =>
      report.lattices[name].levels.map(({ correlation, apparent }, n) => [
        name,
        (1 / report.lattices[name].coupling).toFixed(4),
        String(n),
        formatEstimate(correlation),
        formatEstimate(apparent),
      ]),
    );
    const head = ['lattice', 'T (J/k)', 'steps', 'correlation of neighbours', 'apparent coupling'];
    return [{ title: 'Neighbours after each step', head, rows }];
  }

  protected override elsewhere(): Elsewhere {
    const { size, distance, rule, weight, seed } = this.values;
    const call = {
      majority: 'majorityRule({ factor: 2 })',
      decimation: 'decimationRule({ factor: 2 })',
      soft: `softRule({ factor: 2, weight: ${weight} })`,
    }[rule];
    const name = call.slice(0, call.indexOf('('));
    const sweeps = this.present?.sweeps ?? 0;
    const { imports, lines } = latticeProgram({
      ...{ size, seed, start: 'grown', coupling: `criticalCoupling / ${1 - distance / 100}` },
    });
    const own = {
      blockspin: ['criticalCoupling', 'square'],
      'blockspin/rg': ['latticeOperator', name, 'operatorBasis'],
    };
    return {
      program: programOf(joinedImports(imports, own), [
        `// the first row: ${distance} % below the critical temperature`,
        ...lines,
        ...sweepLine(sweeps),
        'let level = lattice.configurations();',
        `for (let n = 0; n <= ${STEPS}; n++) {`,
        "  const neighbours = operatorBasis(square(level.shape[0]), [latticeOperator('square', 'nn')]);",
        '  console.log(n, neighbours.measure(level)[0] / neighbours.products[0]); // how often neighbours agree',
        `  level = ${call}.apply(level, { seed, firstRow: ${sweeps} });`,
        '}',
      ]),
      command: `npx blockspin run block-spins`,
    };
  }
}

function headOf(step: number): string {
  return step === 0 ? 'the spins' : step === 1 ? '1 step' : `${step} steps`;
}

defineFigure(BLOCKS, BlocksElement as never);
