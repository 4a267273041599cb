/**
 * `<cook-shelf>` as a class. Importing this defines nothing: call `define()`, or import `cookshelf/element/define`.
 *
 * ```html
 * <cook-shelf kind="similar" seed="8214" heading="You may also like" model="/models/manifest.json"></cook-shelf>
 * <script type="module">import 'cookshelf/element/define';</script>
 * ```
 */
export { CookShelf, define } from './element/cook-shelf.js';
export type { CookShelfEvents, ShelfState } from './element/events.js';
export type { Label, Labels } from './element/labels.js';
export type { Source } from './element/open.js';
export type { ConsentName, Settings } from './page-json.js';
