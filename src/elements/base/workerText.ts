/** Text of the whole worker, the last form in which it is started. */

/** Deflated, in base64: a third of the text. The build puts it here (scripts/elements.ts). */
const DEFLATED = '';

/** The text; empty in a build without it. */
export async function workerText(): Promise<string> {
  if (DEFLATED === '') return '';
  const bytes = Uint8Array.from(atob(DEFLATED), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();
}
