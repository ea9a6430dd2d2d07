/** Contexts of canvases. */

const contexts = new WeakMap<OffscreenCanvas, OffscreenCanvasRenderingContext2D | null>();

/**
 * The context with which a scene draws; null if there is none. It is asked for once: Firefox throws when a canvas that
 * came from the page is asked for its context again.
 */
export function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D | null {
  let context = contexts.get(canvas);
  if (context === undefined) {
    context = canvas.getContext('2d');
    contexts.set(canvas, context);
  }
  return context;
}
