/**
 * The worker's script: self-contained, without imports, so that it runs under a policy that forbids every request.
 * A page never imports it; its address is the option `worker` of `createRecommender`.
 */
import { serve } from './worker/guest.js';
import type { Call } from './worker/protocol.js';

const answer = serve((message) => postMessage(message));
addEventListener('message', ({ data }: MessageEvent<Call>) => answer(data));
