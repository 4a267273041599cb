/** What shelves need once one of them is near the window: loaded then, beside the engine. */
export { aboutShopper } from '../ask/about.js';
export { put, questionOf, task } from './ask.js';
export { prepare } from './fill.js';
export { adoptFor } from './list-style.js';
export { allOf, requestOf } from './request.js';
export { follow } from './row.js';
