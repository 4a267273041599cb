/**
 * The worker's side: engines by number, answers in the order of the calls. It computes and does nothing else: the
 * page hands over every byte. Served with a policy of its own (`default-src 'none'; script-src 'wasm-unsafe-eval'`)
 * it could not do anything else.
 */
import type { Engine, Runtime } from '../engine/engine.js';
import { startModule } from '../engine/module.js';
import { messageOf, RecoError } from '../errors.js';
import type { Answer, Call } from './protocol.js';

/** What the worker holds. */
interface Held {
  readonly start: typeof startModule;
  runtime: Runtime | undefined;
  readonly engines: Map<number, Engine>;
}

/** Answers calls one after the other. `start` is for tests. */
export function serve(answer: (message: Answer) => void, start = startModule): (call: Call) => void {
  const held: Held = { start, runtime: undefined, engines: new Map() };
  let work = Promise.resolve();
  return (call) => {
    work = work.then(async () => answer(await answerTo(call, held)));
  };
}

async function answerTo(call: Call, held: Held): Promise<Answer> {
  const { id } = call;
  try {
    return { id, value: await done(call, held) };
  } catch (error) {
    return { id, code: error instanceof RecoError ? error.code : undefined, message: messageOf(error).replace(/ \[[A-Z_]+: .*\]$/s, '') };
  }
}

async function done(call: Call, held: Held): Promise<unknown> {
  const { engines } = held;
  switch (call.do) {
    case 'start':
      held.runtime = await held.start(async () => call.wasm);
      return isOpen();
    case 'create':
      if (held.runtime !== undefined) engines.set(call.engine, held.runtime.create());
      return undefined;
    case 'free':
      engines.get(call.engine)?.free();
      engines.delete(call.engine);
      return undefined;
    case 'ask':
      return asked(engines.get(call.engine), call);
  }
}

function asked(engine: Engine | undefined, { method, args }: Extract<Call, { do: 'ask' }>): unknown {
  if (engine === undefined) throw new Error('there is no such engine');
  // The page sends what the method takes: both sides are of one build.
  const run: (...args: never[]) => unknown = engine[method].bind(engine);
  return run(...(args as never[]));
}

/** How long the browser may take to say which policy refused; not every browser says it to a worker. In milliseconds. */
const PATIENCE_MS = 300;

/**
 * Whether a request could leave this worker. Asked of the browser itself with an address that no request is made for: a
 * policy that forbids every connection refuses that one, too. So does one that allows the shop's own origin; the
 * browser then says which it was.
 */
async function isOpen(): Promise<boolean> {
  const refused = new Promise<string>((resolve) => {
    // Node has no such events.
    globalThis.addEventListener?.('securitypolicyviolation', ({ originalPolicy }) => resolve(originalPolicy), { once: true });
  });
  try {
    await fetch('data:,');
    return true;
  } catch {
    const unsaid = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), PATIENCE_MS));
    const policy = await Promise.race([refused, unsaid]);
    return policy !== undefined && !forbidsAll(policy);
  }
}

/** Whether a policy forbids every connection. */
export function forbidsAll(policy: string): boolean {
  const rules = new Map(policy.split(';').map((rule) => rule.trim().split(/\s+/)).map(([name = '', ...values]) => [name.toLowerCase(), values.join(' ')]));
  return (rules.get('connect-src') ?? rules.get('default-src')) === "'none'";
}
