/** The worker of all elements: it loads the scene that its element names. */

import { type Scenes, serve } from './base/host.js';

// threads are a file beside this one, for pages whose policy allows no worker made of text; a worker that is text itself
// has no files beside it, and shows that the page allows text
const threads = import.meta.url.startsWith('blob:')
  ? undefined
  : import('../wasm/threads.js').then(({ useWorkerFile }) => {
      useWorkerFile(new URL('./thread.js', import.meta.url).href);
    });

const scenes: Scenes = {
  blocks: async () => (await import('./blocks/scene.js')).blocksScene,
  fields: async () => (await import('./fields/scene.js')).fieldsScene,
  zoom: async () => (await import('./zoom/scene.js')).zoomScene,
  quiz: async () => (await import('./quiz/scene.js')).quizScene,
  training: async () => (await import('./training/scene.js')).trainingScene,
  map: async () => (await import('./map/scene.js')).mapScene,
  flow: async () => (await import('./flow/scene.js')).flowScene,
  spins: async () => (await import('./spins/scene.js')).spinsScene,
};

serve(scenes, threads);
