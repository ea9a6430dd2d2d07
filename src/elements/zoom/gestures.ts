/** Pan and zoom by mouse, fingers and keys. */

/** What is looked at, and how to look elsewhere. */
export interface Looked {
  get(): { x: number; y: number; zoom: number };
  look(x: number, y: number, zoom: number): void;
  deepest(): number;
}

/** The lattice under the pointer stays under it, whatever moves. */
export class PanAndZoom {
  readonly #looked: Looked;
  /** Pointers that are down, by id, in pixels of the page. */
  readonly #pointers = new Map<number, { x: number; y: number }>();

  constructor(looked: Looked) {
    this.#looked = looked;
  }

  /** The page scrolls as ever unless the wheel is used with a key, or after a click into the picture. */
  wheel(event: WheelEvent): void {
    const frame = event.currentTarget as HTMLElement;
    if (!event.ctrlKey && !frame.matches(':focus-within')) return;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    this.#about(event, frame, this.#looked.get().zoom - (event.deltaY * lines) / (event.ctrlKey ? 100 : 300));
  }

  double(event: MouseEvent): void {
    this.#about(event, event.currentTarget as HTMLElement, this.#looked.get().zoom + 1);
  }

  down(event: PointerEvent): void {
    const frame = event.currentTarget as HTMLElement;
    frame.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return;
    const frame = event.currentTarget as HTMLElement;
    const now = { x: event.clientX, y: event.clientY };
    const others = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    this.#pointers.set(event.pointerId, now);
    const { x, y, zoom } = this.#looked.get();
    if (others.length === 0) {
      const side = frame.clientWidth * 2 ** zoom;
      this.#looked.look(x - (now.x - before.x) / side, y - (now.y - before.y) / side, zoom);
      return;
    }
    const [other] = others;
    const distance = (a: { x: number; y: number }) => Math.hypot(a.x - other.x, a.y - other.y);
    const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
    this.#about(middle, frame, zoom + Math.log2(Math.max(1, distance(now)) / Math.max(1, distance(before))));
  }

  up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
  }

  key(event: KeyboardEvent): void {
    const { x, y, zoom } = this.#looked.get();
    const step = 0.1 / 2 ** zoom;
    const views: Record<string, [number, number, number]> = {
      ArrowLeft: [x - step, y, zoom],
      ArrowRight: [x + step, y, zoom],
      ArrowUp: [x, y - step, zoom],
      ArrowDown: [x, y + step, zoom],
      '+': [x, y, zoom + 0.25],
      '=': [x, y, zoom + 0.25],
      '-': [x, y, zoom - 0.25],
      '0': [0.5, 0.5, 0],
    };
    const view = views[event.key];
    if (view === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#looked.look(...view);
  }

  /** Zooms about a place of the page. */
  #about({ clientX, clientY }: { clientX: number; clientY: number }, frame: HTMLElement, asked: number): void {
    const { x, y, zoom } = this.#looked.get();
    const to = Math.max(0, Math.min(this.#looked.deepest(), asked));
    const box = frame.getBoundingClientRect();
    const [u, v] = [
      (clientX - box.left) / box.width - 0.5,
      (clientY - box.top) / box.width - box.height / box.width / 2,
    ];
    const shift = 2 ** -zoom - 2 ** -to;
    this.#looked.look(x + u * shift, y + v * shift, to);
  }
}
