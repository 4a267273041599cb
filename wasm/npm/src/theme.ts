/**
 * What a theme or any page with a plain script loads when a shelf comes near: defines `<cook-shelf>` and opens the
 * page's recommender from `<script type="application/json" id="cookshelf">`, with consent and events as that says. The
 * only entry besides `element.define` that does something by being imported; in a page only.
 *
 * Nothing is written into the global scope; `cook-shelf:ready` brings the recommender.
 */
import { start } from './theme/start.js';

if (typeof document !== 'undefined') start();
