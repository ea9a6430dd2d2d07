/**
 * The program of a worker thread: a few lines of plain JavaScript that name no kernel. Its first message to the caller
 * says that it is ready. The caller's first message has the compiled module and the memories, each further one a list
 * of calls [memory, kernel, arguments]; it answers with the results. The build writes it to `build/worker.js` as well,
 * for pages whose policy allows no worker from text.
 */

/**
 * The barrier counts arrivals in state[0]; the last one opens the next generation, state[1]. Waiting spins for a few
 * microseconds, then sleeps: a spinning thread would take the core that the others need when the machine is busy.
 */
export const WORKER = `
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
const port = node ? node.parentPort : self;
let kernels;
function start({ module, memories, state, threads }) {
  const barrier = () => {
    const generation = Atomics.load(state, 1);
    if (Atomics.add(state, 0, 1) === threads - 1) {
      Atomics.store(state, 0, 0);
      Atomics.add(state, 1, 1);
      Atomics.notify(state, 1);
      return;
    }
    for (let spin = 0; spin < 20000; spin++) if (Atomics.load(state, 1) !== generation) return;
    while (Atomics.load(state, 1) === generation) Atomics.wait(state, 1, generation);
  };
  kernels = memories.map((memory) => new WebAssembly.Instance(module, { env: { memory, barrier } }).exports);
}
function receive(message) {
  try {
    if (message.module) start(message);
    const results = message.calls?.map(([memory, kernel, args]) => kernels[memory][kernel](...args));
    port.postMessage({ results });
  } catch (error) {
    port.postMessage({ error: String(error) });
  }
}
if (node) port.on('message', receive);
else port.addEventListener('message', (event) => receive(event.data));
port.postMessage({ ready: true });
`;
