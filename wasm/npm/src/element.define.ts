/** Makes `<cook-shelf>` known to the page. The only entry that does something by being imported. */
import { define } from './element.js';

define();
