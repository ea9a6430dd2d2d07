/** All elements, as data. */

import type { FigureSpec } from './base/spec.js';
import { BLOCKS } from './blocks/spec.js';
import { FIELDS } from './fields/spec.js';
import { FLOW } from './flow/spec.js';
import { MAP } from './map/spec.js';
import { QUIZ } from './quiz/spec.js';
import { SPINS } from './spins/spec.js';
import { TRAINING } from './training/spec.js';
import { ZOOM } from './zoom/spec.js';

export const SPECS: readonly FigureSpec[] = [SPINS, BLOCKS, ZOOM, QUIZ, TRAINING, MAP, FIELDS, FLOW];
