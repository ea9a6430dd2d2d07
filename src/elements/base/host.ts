/**
 * The worker's side of an element: makes its scene, runs it in slices, draws, reports. Messages are handled one after
 * another, so a scene is never told of new values in the middle of a slice.
 */

import { bytesOf, sha256 } from './hash.js';
import type { FromWorker, ToWorker } from './messages.js';
import type { Scene, SceneMaker, Stage } from './scene.js';
import type { Value } from './spec.js';

/** The global scope of a worker, as far as it is used here (TypeScript's own types exclude those of a page). */
interface Scope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<ToWorker>) => void): void;
  requestAnimationFrame?(callback: () => void): number;
}

/** Milliseconds between two reports of a running scene. */
const REPORT_MS = 100;

/** Modules of scenes, by name. */
export type Scenes = Readonly<Record<string, () => Promise<SceneMaker<never, unknown>>>>;

/**
 * Answers the messages of one element for as long as the worker lives.
 * @param before what a scene has to wait for
 */
export function serve(scenes: Scenes, before?: Promise<void>): void {
  const scope = globalThis as unknown as Scope;
  const canvases = new Map<string, OffscreenCanvas>();
  let stage: Stage | undefined;
  let scene: Scene<unknown, unknown> | undefined;
  let name = '';
  let values: Record<string, unknown> = {};
  /** How often there were new values. */
  let turn = 0;
  let [running, looping, share, interval, began, reported] = [false, false, 10, 0, 0, 0];

  const send = (message: FromWorker, transfer?: Transferable[]) => scope.postMessage(message, transfer);
  const show = () => {
    if (scene === undefined || stage === undefined) return;
    scene.draw(stage);
    send({ type: 'report', report: scene.report(), turn });
    reported = performance.now();
  };

  const make = async () => {
    const [maker] = await Promise.all([scenes[name](), before]);
    scene = await maker(values as never);
  };

  /** A canvas as a PNG file. */
  const pictureOf = async (name: string) => {
    const canvas = canvases.get(name);
    if (canvas === undefined) throw new Error(`the figure draws no "${name}"`);
    if (stage) scene?.draw(stage);
    return canvas.convertToBlob({ type: 'image/png' });
  };

  /** SHA-256 of what the seed fixes. */
  const hashOfBits = async () => {
    if (scene?.bits === undefined) throw new Error('the figure has nothing that is hashed as a whole');
    const bits = scene.bits();
    if (bits === undefined) throw new Error('there is nothing to hash yet');
    return sha256(bytesOf(bits));
  };

  /** Questions that every figure answers. */
  const common: Record<string, (argument: never) => unknown> = { picture: pictureOf, hash: hashOfBits };

  /** One task after another; an error ends the figure with a sentence. */
  let queue: Promise<unknown> = Promise.resolve();
  const enqueue = (task: () => unknown) => {
    queue = queue.then(task).catch((error: Error) => {
      running = false;
      send({ type: 'failed', message: error.message });
    });
  };

  const nextFrame = (task: () => void) => {
    const wait = began + interval - performance.now();
    if (interval > 0 && wait > 4) setTimeout(task, wait);
    else if (scope.requestAnimationFrame && canvases.size > 0) scope.requestAnimationFrame(task);
    else setTimeout(task, 4);
  };

  /** Slices for as long as it runs. */
  const loop = () => {
    if (looping || !running) return;
    looping = true;
    nextFrame(() =>
      enqueue(async () => {
        looping = false;
        if (!running || scene === undefined || stage === undefined) return;
        began = performance.now();
        const left = await scene.advance(share);
        if (!left) running = false;
        if (!left || performance.now() - reported >= REPORT_MS) show();
        else scene.draw(stage);
        if (left) loop();
        else send({ type: 'ended' });
      }),
    );
  };

  const handle = async (message: ToWorker): Promise<void> => {
    switch (message.type) {
      case 'scene':
        name = message.scene;
        values = message.values;
        stage = { canvases, palette: message.palette };
        await make();
        return show();
      case 'set':
        values = { ...values, ...message.values };
        // its first values may have been refused
        if (scene === undefined) await make();
        else await scene.set(values, new Set(Object.keys(message.values)));
        turn = message.turn;
        return show();
      case 'palette':
        if (stage) stage = { canvases, palette: message.palette };
        return show();
      case 'canvas':
        canvases.set(message.name, message.canvas);
        return show();
      case 'run':
        running = message.on;
        return running ? loop() : show();
      case 'share':
        share = message.milliseconds;
        interval = message.interval;
        return;
      case 'call': {
        const { id, method, argument } = message;
        const answer: { value?: unknown; error?: string } = {};
        try {
          const call = common[method] ?? scene?.calls[method];
          if (call === undefined) throw new Error(`the figure has no "${method}"`);
          answer.value = await call(argument as never);
        } catch (error) {
          answer.error = (error as Error).message;
        }
        try {
          show(); // who has asked finds the report of what was done
        } finally {
          send({ type: 'answer', id, ...answer });
        }
        return;
      }
    }
  };

  /** The newest message, if it is one of new values that has not been handled: later ones of its kind join it. */
  let newest: { values: Record<string, Value>; turn: number } | undefined;
  scope.addEventListener('message', ({ data }) => {
    if (data.type !== 'set') {
      newest = undefined;
      enqueue(() => handle(data));
    } else if (newest !== undefined) {
      Object.assign(newest.values, data.values);
      newest.turn = data.turn;
    } else {
      const joined: ToWorker & { type: 'set' } = { type: 'set', values: { ...data.values }, turn: data.turn };
      newest = joined;
      enqueue(() => {
        if (newest === joined) newest = undefined;
        return handle(joined);
      });
    }
  });
  send({ type: 'ready' });
}
