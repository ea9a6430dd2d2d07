/**
 * A static server on this machine, of this folder. Any server will do in its place; this one sends the two headers that
 * allow threads, and those of a strict policy for strict.html.
 */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const built = join(here, 'node_modules', 'blockspin', 'build');
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
};

/** What is served beside this folder: the package's one file, its worker, and the folder of its elements. */
const PLACES = [
  [/^\/blockspin\.min\.js$/, built],
  [/^\/worker\.js$/, built],
  [/^\/elements\//, built],
  [/^\/[\w-]+\.(html|js|css)$/, here],
];

createServer((request, response) => {
  const path = normalize(new URL(request.url, 'http://localhost').pathname).replace(/\/$/, '/index.html');
  const place = PLACES.find(([pattern]) => pattern.test(path));
  const file = place && join(place[1], path);
  if (file === undefined || !existsSync(file) || !statSync(file).isFile()) return response.writeHead(404).end();
  response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  createReadStream(file).pipe(response);
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${this.address().port}/ and /strict.html`);
});
