/** The rows of the table of methods, as data. */

import { criticalCoupling, triangularCriticalCoupling } from '../../exact/onsager.js';
import type { Estimate } from '../../stats/index.js';

/** What a row is: a blocking rule, a trained layer, a rule to compare that with, tensors, or a classical scheme. */
export type RowKind = 'blocks' | 'learned' | 'null' | 'tensor' | 'formula';

export const KIND_NAMES: Readonly<Record<RowKind, string>> = {
  blocks: 'block spins',
  learned: 'trained layer',
  null: 'null',
  tensor: 'tensors',
  formula: 'classical scheme',
};

export interface RowText {
  kind: RowKind;
  name: string;
  /** What it does, in half a sentence. */
  what: string;
}

/** Rules whose exponents are measured step by step on critical lattices. */
export const RULES = {
  majority: { kind: 'blocks', name: 'Majority, 2 × 2', what: 'a block votes; ties by a coin' },
  soft: { kind: 'blocks', name: 'Soft vote, w = 1.14', what: 'one hidden unit per block, likeliest weight' },
  single: { kind: 'blocks', name: 'Decimation', what: 'one spin of a block, the others are forgotten' },
  layer: { kind: 'learned', name: 'RBM layer, trained here', what: 'one shared filter, every second unit' },
  sites: { kind: 'null', name: '… on shuffled sites', what: 'trained on spins in a random order' },
  places: { kind: 'null', name: '… weights shuffled', what: 'the trained weights at random places' },
  signs: { kind: 'null', name: '… random signs', what: 'half of the trained weights turned over' },
  positive: { kind: 'null', name: 'Never trained', what: '4 × 4 random weights above zero' },
} as const satisfies Record<string, RowText>;
export type RuleId = keyof typeof RULES;
export const RULE_IDS = Object.keys(RULES) as RuleId[];

/** Methods of the study rg-zoo, by its own names. */
export const STUDIED = {
  'mcrg-triangles': {
    kind: 'blocks',
    name: 'Triangles, b = √3',
    what: 'majority on the triangular lattice, fourth step',
  },
  vmcrg: { kind: 'blocks', name: 'Variational Monte Carlo', what: 'majority 3 × 3 with a bias, first step' },
  trg: { kind: 'tensor', name: 'TRG, χ = 16', what: 'eighth step' },
  'weighted-trg': { kind: 'tensor', name: 'Bond-weighted TRG, χ = 16', what: 'eighth step' },
  hotrg: { kind: 'tensor', name: 'HOTRG, χ = 16', what: 'eighth step' },
  'loop-tnr': { kind: 'tensor', name: 'Loop-TNR, χ = 8', what: 'sixteenth step' },
  'migdal-kadanoff': { kind: 'formula', name: 'Migdal–Kadanoff, b = 2', what: 'bonds are moved' },
  'migdal-kadanoff-limit': {
    kind: 'formula',
    name: 'Migdal–Kadanoff, b → 1',
    what: 'bonds are moved a little at a time',
  },
  decimation: { kind: 'formula', name: 'Decimation, b = √2', what: 'one coupling is kept' },
  'cumulant-1': { kind: 'formula', name: 'Cumulants, first order', what: 'Niemeijer & van Leeuwen, triangular' },
  'cumulant-2': { kind: 'formula', name: 'Cumulants, second order', what: 'Niemeijer & van Leeuwen, triangular' },
  kadanoff: { kind: 'formula', name: 'Kadanoff’s bound', what: 'bonds are moved by the best rule' },
} as const satisfies Record<string, RowText>;
export type StudiedId = keyof typeof STUDIED;
export const STUDIED_IDS = Object.keys(STUDIED) as StudiedId[];

export type RowId = RuleId | StudiedId;
export const ROW_IDS: readonly RowId[] = [
  ...RULE_IDS.slice(0, 3),
  'mcrg-triangles',
  'vmcrg',
  ...RULE_IDS.slice(3),
  ...STUDIED_IDS.slice(2),
];
export const ROWS: Readonly<Record<RowId, RowText>> = { ...RULES, ...STUDIED };

export const isRule = (id: string): id is RuleId => id in RULES;

/** Exact values: of the square lattice, K_c; of the triangular one ln 3/4. */
export const EXACT = {
  square: criticalCoupling,
  triangular: triangularCriticalCoupling,
  thermal: 1,
  magnetic: 15 / 8,
} as const;

/** Rows of models on the triangular lattice. */
export const TRIANGULAR: readonly RowId[] = ['mcrg-triangles', 'cumulant-1', 'cumulant-2'];

/** Weight of maximum likelihood of one hidden unit per 2 × 2 block at K_c on 64² (the study kernel-weight). */
export const LIKELIEST = 1.14;

/**
 * What has been measured elsewhere, and cannot be rerun in the page: rows of the table as they are told. A study adds its
 * rules here (scripts/verdictResults.ts).
 */
export interface ReportedRow extends RowText {
  thermal: Estimate | null;
  magnetic: Estimate | null;
  /** Why there are no exponents; null where there are. */
  reason: string | null;
}

/** Couplings of block spins: configurations per fit, the smallest side of block spins, and steps at most. */
export const CONFIGURATIONS = 1280;
export const LEAST_SIDE = 8;
export const MOST_STEPS = 3;

/** Steps of a blocking rule. */
export const RULE_STEPS = 3;
