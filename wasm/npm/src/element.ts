/**
 * `<cook-shelf>` as a class. Importing this defines nothing: call `define()`, or import `cookshelf/element/define`.
 *
 * ```html
 * <cook-shelf kind="similar" seed="8214" heading="You may also like" model="/models/manifest.json"></cook-shelf>
 * <script type="module">import 'cookshelf/element/define';</script>
 * ```
 */
export { CookShelf, define, type CookShelfEvents, type ShelfState } from './element/cook-shelf.js';
export type { Label, Labels } from './element/labels.js';
export type { Settings, Source } from './element/open.js';
