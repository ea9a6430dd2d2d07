/** What holds for the present model: three groups of statements, each with its light. */

import { html, svg, type TemplateResult } from 'lit';
import type { MappingStatement } from '../../rg/index.js';
import type { MapCheck } from './check.js';
import { formula } from './formula.js';
import { divergence, rounding, signed, size } from './words.js';

/** A light is a shape and a word; its colour says nothing that these do not. */
export type Light = 'holds' | 'nearly' | 'no' | 'refuted' | 'silent';

export interface Verdict {
  light: Light;
  /** The statement. */
  claim: string;
  /** What it means, or says. */
  meaning: string;
  /** The number behind the light. */
  number: string;
}

export interface StatementGroup {
  title: string;
  verdicts: Verdict[];
}

const WORDS: Record<Light, string> = {
  holds: 'holds',
  nearly: 'nearly',
  no: 'no',
  refuted: 'refuted here',
  silent: 'not tested here',
};

const SHAPES: Record<Light, TemplateResult<2>> = {
  holds: svg`<circle cx="8" cy="8" r="7"></circle><path class="sign" d="M4.5 8.3l2.4 2.4 4.600-5"></path>`,
  nearly: svg`<circle class="ring" cx="8" cy="8" r="6"></circle><path d="M8 2a6 6 0 0 0 0 12z"></path>`,
  no: svg`<circle class="ring" cx="8" cy="8" r="6"></circle>`,
  refuted: svg`<rect x="1.500" y="1.500" width="13" height="13" rx="2"></rect><path class="sign" d="M5 5l6 6M11 5l-6 6"></path>`,
  silent: svg`<path class="ring" d="M4 8h8"></path>`,
};

/** Below it a property nearly holds. */
const NEARLY = 1e-2;

/** The statement of this formula. */
function statement(check: MapCheck, formula: string) {
  const found = check.statements.find((one) => one.formula === formula);
  if (!found) throw new Error(`checkMapping has no statement "${formula}"`);
  return found;
}

/** The groups for the present model, an RBM or not. */
export function statementsOf(check: MapCheck, isRbm: boolean): StatementGroup[] {
  return [
    { title: 'Whatever the weights', verdicts: identities(check) },
    { title: 'Only for some models', verdicts: properties(check) },
    { title: 'What is said of it', verdicts: sayings(check, isRbm) },
  ];
}

const HIDDEN = 'H_RG(h) = H_λ(h) for every h';
const RATIO = 'log τ(v) = H(v) - H_λ(v) for every v';

function identities(check: MapCheck): Verdict[] {
  const { statements, hiddenGap } = check;
  const hidden = statement(check, HIDDEN);
  const identity = (claim: string, meaning: string, of: readonly MappingStatement[], own = 0): Verdict => {
    const gap = Math.max(own, ...of.map((one) => one.gap));
    const holds = of.every((one) => one.holds && own <= one.tolerance);
    return verdict(holds ? 'holds' : 'no', claim, meaning, `to ${size(gap)}`);
  };
  const averages = statements.filter(({ kind, formula }) => kind === 'identity' && /^(ΔF|KL)/.test(formula));
  return [
    identity('H_RG(h) = H_λ(h)', 'for every state h of the hidden spins: the map itself', [hidden], hiddenGap),
    identity('log τ(v) = H(v) - H_λ(v)', 'for every state v of the visible spins', [statement(check, RATIO)]),
    identity('ΔF = -log⟨τ⟩, KL = log⟨τ⟩ - ⟨log τ⟩ ≥ 0', 'two averages of the one function τ', averages),
  ];
}

function properties(check: MapCheck): Verdict[] {
  const property = (name: string, claim: string, meaning: string, number: string): Verdict => {
    const { holds, gap } = statement(check, name);
    return verdict(holds ? 'holds' : gap < NEARLY ? 'nearly' : 'no', claim, meaning, number);
  };
  const { deltaF, kl, tau } = check;
  const largest = Math.max(-tau.least, tau.most);
  return [
    property('ΔF = 0', 'ΔF = 0', '⟨τ⟩ = 1: one number for the whole model', `ΔF = ${signed(deltaF)}`),
    property(
      'H(v) = H_λ(v) + constant',
      'KL = 0',
      'τ is constant: the visible spins have the right distribution',
      `KL = ${divergence(kl)}, log τ = ${signed(tau.mean)} ± ${rounding(tau.deviation)}`,
    ),
    property(
      'τ(v) = 1 for every v',
      'τ(v) = 1 for every v',
      'exact RG: it implies the two above, neither implies it',
      `largest |log τ| = ${size(largest)}`,
    ),
  ];
}

function sayings(check: MapCheck, isRbm: boolean): Verdict[] {
  return [equivalence(check), trained(check, isRbm), coarseGraining(check)];
}

function equivalence(check: MapCheck): Verdict {
  const { deltaF, tau, exact } = check;
  const refuted = statement(check, 'ΔF = 0').holds && Math.max(-tau.least, tau.most) > NEARLY;
  const number = refuted
    ? `ΔF = 0, and log τ is ${signed(tau.least)} … ${signed(tau.most)}`
    : exact
      ? 'both hold here'
      : `ΔF = ${signed(deltaF)} here`;
  const claim = '“ΔF = 0 is equivalent to Tr_h e^{T} = 1”';
  return verdict(refuted ? 'refuted' : 'silent', claim, 'said of the paper; its authors say it is not so', number);
}

function trained({ kl }: MapCheck, isRbm: boolean): Verdict {
  const claim = '“The map shows that trained RBMs perform RG”';
  if (!isRbm) return verdict('silent', claim, 'the map holds for any energy', 'this is not that of an RBM');
  return kl > 1e-3
    ? verdict('refuted', claim, 'the map holds, for a poor model of the spins', `KL = ${divergence(kl)}`)
    : verdict('silent', claim, 'the map holds for untrained ones as well', `KL = ${divergence(kl)}`);
}

function coarseGraining({ exact, information }: MapCheck): Verdict {
  const claim = '“An exact RG step is a coarse-graining”';
  const number = `I(v;h) = ${rounding(information)}`;
  if (!exact) return verdict('silent', claim, 'this step is not exact', number);
  return information < 1e-9
    ? verdict('refuted', claim, 'exact, and h knows nothing of v', number)
    : verdict('silent', claim, 'exact, and h knows something of v', number);
}

const verdict = (light: Light, claim: string, meaning: string, number: string): Verdict => ({
  light,
  claim,
  meaning,
  number,
});

/** The groups side by side. */
export function statementPanel(groups: readonly StatementGroup[]): TemplateResult {
  return html`<div class="statements" part="statements">
    ${groups.map(
      ({ title, verdicts }) => html`<section><h3>${title}</h3>
        <ul>${verdicts.map(
          ({ light, claim, meaning, number }) => html`<li>
            <span class="light ${light}"><svg viewBox="0 0 16 16" aria-hidden="true">${SHAPES[light]}</svg> ${WORDS[light]}</span>
            <span class="claim">${formula(claim)}</span>
            <span class="quiet small">${formula(meaning)}</span>
            <span class="small">${formula(number)}</span>
          </li>`,
        )}</ul></section>`,
    )}
  </div>`;
}

/** One sentence for a live region. */
export const statementWords = (groups: readonly StatementGroup[]): string =>
  groups
    .map(
      ({ title, verdicts }) =>
        `${title}: ${verdicts.map(({ claim, light }) => `${claim}, ${WORDS[light]}`).join('; ')}.`,
    )
    .join(' ');
