/** A server of folders on this machine, with the headers that give pages threads. */

import { createReadStream, realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, sep } from 'node:path';

/** A folder under an address, and what pages in it may do. */
export interface ServedFolder {
  folder: string;
  /** Content-Security-Policy of its files. */
  policy: string;
  /** File that stands for the folder itself. */
  index: string;
  /** Texts that are served in place of files of these names. */
  texts?: Readonly<Record<string, string>>;
}

/** Addresses of folders, each beginning and ending with a slash. */
export type ServedFolders = Readonly<Record<string, ServedFolder>>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** The path of a file under a folder; undefined if there is none, or if it lies outside by `..` or a link. */
function fileIn({ folder, index }: ServedFolder, path: string): string | undefined {
  try {
    const root = realpathSync(folder);
    const asked = realpathSync(join(root, path === '' || path.endsWith('/') ? path + index : path));
    const inside = asked === root || asked.startsWith(root + sep);
    return inside && statSync(asked).isFile() ? asked : undefined;
  } catch {
    return undefined;
  }
}

function answer(folders: ServedFolders, request: IncomingMessage, response: ServerResponse): void {
  const refuse = (code: number, text: string) => response.writeHead(code, { 'Content-Type': 'text/plain' }).end(text);
  if (request.method !== 'GET' && request.method !== 'HEAD') return void refuse(405, 'GET and HEAD only');
  // a page of another site that has its name point to this machine must not read the files
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) return void refuse(403, 'this server answers to 127.0.0.1');
  let path: string;
  try {
    path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
  } catch {
    return void refuse(400, 'this address cannot be read');
  }
  const address = Object.keys(folders)
    .sort((a, b) => b.length - a.length)
    .find((one) => path.startsWith(one) || `${path}/` === one);
  if (address === undefined) return void refuse(404, 'nothing here');
  if (!path.startsWith(address)) return void response.writeHead(301, { Location: address }).end();
  const { policy, index, texts = {} } = folders[address];
  const name = path.slice(address.length) || index;
  const text = Object.hasOwn(texts, name) ? Buffer.from(texts[name]) : undefined;
  const file = text ? undefined : fileIn(folders[address], name);
  if (text === undefined && file === undefined) return void refuse(404, 'nothing here');
  response.writeHead(200, {
    'Content-Type': TYPES[extname(name.endsWith('/') ? index : name)] ?? 'application/octet-stream',
    'Content-Length': text?.length ?? statSync(file as string).size,
    'Content-Security-Policy': policy,
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else if (text !== undefined) response.end(text);
  // a file that goes away while it is read ends its answer, not the server
  else
    createReadStream(file as string)
      .on('error', () => response.destroy())
      .pipe(response);
}

/**
 * Serves folders on 127.0.0.1.
 * @param port 0 takes any that is free
 * @returns the server and its address, without a slash at the end
 * @throws Error (code EADDRINUSE) if the port is taken
 */
export async function serveFolders(folders: ServedFolders, port: number): Promise<{ server: Server; address: string }> {
  const server = createServer((request, response) => answer(folders, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
