/**
 * What the plain script of a theme, or of any page, loads when a shelf comes near: defines `<cook-shelf>` and opens the
 * page's recommender from `<script type="application/json" id="cookshelf">`, with consent and events as that says.
 *
 * Nothing is written into the global scope; `cook-shelf:ready` brings the recommender.
 */
export { start } from './theme/start.js';
