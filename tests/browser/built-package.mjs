/**
 * The npm package as `npm run build` left it, and its engines started in Node.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Where the package lies. */
export const packageFolder = process.env.COOKSHELF_PACKAGE ?? fileURLToPath(new URL('../../wasm/npm', import.meta.url));

/** The glue in the names of this build, and the optimised module: what dist/ is made of. */
export const glueFile = join(packageFolder, 'pkg/glue.js');
export const wasmFile = join(packageFolder, 'dist/cookshelf.wasm');

/** The Engine class of the optimised module; what it refuses is thrown, with its `code`. */
export async function startEngine() {
  const glue = await import(pathToFileURL(glueFile).href);
  await glue.start(await readFile(wasmFile));
  return class extends glue.Engine {
    add(blob) {
      super.add(blob);
      this.#refuse();
    }

    needs(request) {
      return this.#checked(super.needs(request));
    }

    run(request) {
      return this.#checked(super.run(request));
    }

    explain(request, item) {
      return this.#checked(super.explain(request, item));
    }

    #checked(answer) {
      if (answer.length === 0) this.#refuse();
      return answer;
    }

    #refuse() {
      const [code, text] = this.fault().split(/ (.*)/s);
      if (text) throw Object.assign(new Error(text), { code });
    }
  };
}

/** The engine in script, as a class; what it refuses is thrown, with its `code`. Its further parts come as it asks for them. */
export async function startScript() {
  const dist = join(packageFolder, 'dist');
  const [first] = (await readdir(dist)).filter((name) => name.startsWith('script-engine-'));
  const { scriptRuntime } = await import(pathToFileURL(join(dist, first)).href);
  const runtime = scriptRuntime(
    class extends Error {
      constructor(code, message, cause) {
        super(message, { cause });
        this.code = code;
      }
    },
    (part) => part,
  );
  return class {
    constructor() {
      return runtime.create();
    }
  };
}

/**
 * The Engine class of `dist/worker.js`, the script of worker and airlock, in a worker of Node: what crosses is cloned, as
 * between a page and its worker.
 */
export async function startWorker() {
  const script = await readFile(join(packageFolder, 'dist/worker.js'), 'utf8');
  // What a worker of a browser has under other names.
  const host = `
    const { parentPort } = require('node:worker_threads');
    globalThis.postMessage = (message) => parentPort.postMessage(message);
    globalThis.addEventListener = (_, hear) => parentPort.on('message', (data) => hear({ data }));
    ${script}`;
  const worker = new Worker(host, { eval: true });
  const waiting = new Map();
  worker.on('message', ({ id, value, code, message }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (message === undefined) resolve(value);
    else reject(Object.assign(new Error(message), { code }));
  });
  let calls = 0;
  const ask = (call) => new Promise((resolve, reject) => {
    calls += 1;
    waiting.set(calls, { resolve, reject });
    worker.postMessage({ ...call, id: calls });
  });
  await ask({ do: 'start', wasm: await readFile(wasmFile) });
  let engines = 0;
  return class {
    /** Ends the worker, which would keep the program alive. */
    static stop = () => worker.terminate();
    #engine = (engines += 1);
    #created = ask({ do: 'create', engine: this.#engine });

    async #ask(method, ...args) {
      await this.#created;
      return ask({ do: 'ask', engine: this.#engine, method, args });
    }

    add(blob) {
      return this.#ask('add', blob);
    }

    run(request) {
      return this.#ask('run', request);
    }

    explain(request, item) {
      return this.#ask('explain', request, item);
    }

    free() {
      return ask({ do: 'free', engine: this.#engine });
    }
  };
}
