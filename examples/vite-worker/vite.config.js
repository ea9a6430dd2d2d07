import { defineConfig } from 'vite';

// With these two headers a page is cross-origin isolated, and its workers may share memory: threads. Without them all
// works as well, on one thread, with the same bits. The server that you deploy to must send them too.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  server: { headers },
  preview: { headers },
  worker: { format: 'es' },
});
