/** The page: it loads each chapter's element when it comes near, and keeps the state of all figures in its address. */

import { lowPowerFigures, pauseFigures, savesEnergy } from '../elements/base/share.js';
import { attributeOf } from '../elements/base/spec.js';

/** The modules of the elements, each in a file of its own. */
const MODULES: Readonly<Record<string, () => Promise<unknown>>> = {
  'blockspin-blocks': () => import('../elements/blocks/index.js'),
  'blockspin-fields': () => import('../elements/fields/index.js'),
  'blockspin-quiz': () => import('../elements/quiz/index.js'),
  'blockspin-zoom': () => import('../elements/zoom/index.js'),
  'blockspin-map': () => import('../elements/map/index.js'),
  'blockspin-flow': () => import('../elements/flow/index.js'),
  'blockspin-spins': () => import('../elements/spins/index.js'),
  'blockspin-training': () => import('../elements/training/index.js'),
};

interface FigureLike extends HTMLElement {
  /** Undefined until its module is loaded. */
  state?: Record<string, number | string | boolean>;
}

const figures = [...document.querySelectorAll<FigureLike>(Object.keys(MODULES).join(','))];

/** Name of a figure in the address: its id without `figure-`. */
const nameOf = (figure: FigureLike) => figure.id.replace('figure-', '');

/** Commas and equals signs within a value stand for themselves. */
const escaped = (value: string) => value.replace(/[%,=]/g, encodeURIComponent);

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a lone % of somebody's own making
  }
}

/** Version of the package that this page is of, and name under which links carry it. */
const VERSION = document.documentElement.dataset.version ?? '';
const VERSION_KEY = 'v';

/** State of figures in the address: ?v=0.2.0&spins=size=64,temperature=2&map=…, by figure. */
function stateOfAddress(): Map<string, [property: string, value: string][]> {
  const states = new Map<string, [string, string][]>();
  for (const [name, text] of new URLSearchParams(location.search)) {
    const pairs = text.split(',').filter((pair) => pair.includes('='));
    states.set(
      name,
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), unescaped(pair.slice(pair.indexOf('=') + 1))]),
    );
  }
  return states;
}

const linked = new URLSearchParams(location.search).get(VERSION_KEY);
if (linked !== null && linked !== VERSION) {
  const note = document.querySelector<HTMLElement>('#version')!;
  note.textContent = `This link was made with blockspin ${linked.slice(0, 20)}, and this page is of ${VERSION}: its numbers may differ.`;
  note.hidden = false;
}

const told = document.querySelector<HTMLElement>('#told')!;

const given = stateOfAddress();
/** The state is given as attributes, so that a wrong value is told in its figure. */
for (const figure of figures) {
  for (const [property, value] of given.get(nameOf(figure)) ?? []) figure.setAttribute(attributeOf(property), value);
}

/**
 * This page's address with the state of all figures that differ from their beginning; a figure that was not loaded yet
 * keeps what the address said of it.
 */
function addressOfState(): string {
  const search = new URLSearchParams();
  for (const figure of figures) {
    const name = nameOf(figure);
    const state = figure.state ? Object.entries(figure.state) : (given.get(name) ?? []);
    const pairs = state.map(([property, value]) => `${property}=${escaped(String(value))}`);
    if (pairs.length > 0) search.set(name, pairs.join(','));
  }
  if (search.size > 0) search.set(VERSION_KEY, VERSION);
  const url = new URL(location.href);
  url.search = search.toString().replaceAll('%2C', ',').replaceAll('%3D', '=');
  return url.href;
}

let writing: ReturnType<typeof setTimeout> | undefined;
document.addEventListener('change', (event) => {
  if (!(event instanceof CustomEvent)) return;
  clearTimeout(writing);
  writing = setTimeout(() => history.replaceState(null, '', addressOfState()), 300);
});

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      MODULES[target.localName]().catch((error: Error) => {
        const note = document.createElement('p');
        note.className = 'note';
        note.textContent = `This figure could not be loaded: ${error.message}`;
        target.replaceWith(note);
      });
    }
  },
  { rootMargin: '600px' },
);
for (const figure of figures) near.observe(figure);

// ---- an address leads to its place, although figures above it grow when they come alive

/** What the address points to, until the reader scrolls, and where the page was scrolled to for it. */
let place: Element | null = null;
let held = 0;

const hold = (): void => {
  if (place === null) return;
  place.scrollIntoView({ behavior: 'instant', block: 'start' });
  held = scrollY;
};
const release = (): void => {
  place = null;
  document.documentElement.classList.remove('held');
};
const seek = (): void => {
  place = document.getElementById(unescaped(location.hash.slice(1)));
  // without anchors of the browser's own the page moves for this and for the reader only
  document.documentElement.classList.toggle('held', place !== null);
  hold();
};
const sizes = new ResizeObserver(hold);
for (const part of [document.body, ...figures]) sizes.observe(part);
for (const event of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
  addEventListener(event, release, { capture: true, passive: true });
}
// by the bar, by a search, by a program
addEventListener('scroll', () => {
  if (place !== null && Math.abs(scrollY - held) > 2) release();
});
document.addEventListener('click', ({ target }) => {
  const link = (target as Element).closest?.<HTMLAnchorElement>('a[href^="#"]');
  if (link) requestAnimationFrame(seek); // the browser has followed it by then
});
// a page that is loaded again, or gone back to, is where it was
const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
if (location.hash !== '' && arrival?.type !== 'reload' && arrival?.type !== 'back_forward') seek();

const pause = document.querySelector<HTMLButtonElement>('#pause')!;
pause.addEventListener('click', () => {
  const on = pause.getAttribute('aria-pressed') !== 'true';
  pause.setAttribute('aria-pressed', String(on));
  pause.textContent = on ? 'Let all figures run' : 'Pause all figures';
  pauseFigures(on);
});

const power = document.querySelector<HTMLButtonElement>('#power')!;
power.setAttribute('aria-pressed', String(savesEnergy()));
power.addEventListener('click', () => {
  lowPowerFigures(!savesEnergy());
  power.setAttribute('aria-pressed', String(savesEnergy()));
});

const theme = document.querySelector<HTMLButtonElement>('#theme')!;
const dark = () =>
  (document.documentElement.dataset.theme ??
    (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
const showTheme = () => {
  theme.setAttribute('aria-pressed', String(dark()));
};
theme.addEventListener('click', () => {
  document.documentElement.dataset.theme = dark() ? 'light' : 'dark';
  showTheme();
});
showTheme();

document.querySelector('#link')!.addEventListener('click', async () => {
  const address = addressOfState();
  history.replaceState(null, '', address);
  try {
    await navigator.clipboard.writeText(address);
    told.textContent = 'Copied.';
  } catch {
    told.textContent = 'It stands in the address bar.';
  }
});
