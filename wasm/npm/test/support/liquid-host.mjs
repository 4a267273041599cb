/**
 * Renders the theme extension as its host does, as far as the extension uses it: blocks with their settings' defaults,
 * assets on another host, translations that must exist, and values written into JSON safely.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Liquid, Tag, TypeGuards } from 'liquidjs';

/** JSON as the host's filter writes it: nothing in it can end a script element. */
const safeJson = (value) => JSON.stringify(value ?? null).replace(/[<>&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);

/** Opens an extension's folder; `assets` is the address that its assets are under. */
export function openTheme(folder, { assets = '//cdn.example/assets/', language = 'en' } = {}) {
  const schemas = new Map();
  const words = locale(folder, language, false);
  const engine = new Liquid({ root: join(folder, 'blocks'), partials: join(folder, 'snippets'), extname: '.liquid', strictFilters: true, relativeReference: false });
  engine.registerTag('schema', class extends Tag {
    constructor(token, rest, liquid) {
      super(token, rest, liquid);
      let text = '';
      for (let next = rest.shift(); ; next = rest.shift()) {
        if (next === undefined) throw new Error('{% schema %} is not closed');
        if (TypeGuards.isTagToken(next) && next.name === 'endschema') break;
        text += next.getText();
      }
      schemas.set(token.file ?? '', JSON.parse(text));
    }

    * render() {}
  });
  engine.registerFilter('asset_url', (name) => `${assets}${name}?v=1700000000`);
  engine.registerFilter('json', safeJson);
  engine.registerFilter('money', (cents) => `€${(cents / 100).toFixed(2)}`);
  engine.registerFilter('image_url', (image, [, width] = []) => `${image}?width=${width}`);
  engine.registerFilter('t', (key) => {
    const text = key.split('.').reduce((at, name) => at?.[name], words);
    if (typeof text !== 'string') throw new Error(`there is no translation of ${key}`);
    return text;
  });

  const parse = (name) => {
    const file = join(folder, 'blocks', `${name}.liquid`);
    const templates = engine.parse(readFileSync(file, 'utf8'), name);
    return { templates, schema: schemas.get(name) ?? [...schemas.values()].at(-1) };
  };
  const defaults = ({ settings }) => Object.fromEntries(settings.filter(({ id }) => id !== undefined).map(({ id, default: value = '' }) => [id, value]));
  return {
    blocks: readdirSync(join(folder, 'blocks')).map((file) => basename(file, '.liquid')),
    schema: (name) => parse(name).schema,
    /** A block on a page. `page` has what Liquid's global objects have. */
    render(name, { settings = {}, page = {} } = {}) {
      const { templates, schema } = parse(name);
      const block = { settings: { ...defaults(schema), ...settings }, shopify_attributes: `data-shopify-editor-block="${name}"` };
      return engine.renderSync(templates, { shop: { currency: 'EUR' }, request: { page_type: 'index', design_mode: false }, cart: { item_count: 0, items: [] }, ...page, block });
    },
    /** What the host puts around an app block by its schema. */
    tags(name) {
      const { javascript, stylesheet } = parse(name).schema;
      return [
        stylesheet && `<link rel="stylesheet" href="${assets}${stylesheet}?v=1700000000">`,
        javascript && `<script src="${assets}${javascript}?v=1700000000" defer></script>`,
      ].filter(Boolean).join('\n');
    },
  };
}

/** Words of a language: for shoppers, or for merchants in the editor. */
export function locale(folder, language, ofEditor) {
  const names = readdirSync(join(folder, 'locales'));
  const ending = ofEditor ? '.schema.json' : '.json';
  const name = [`${language}${ending}`, `${language}.default${ending}`].find((file) => names.includes(file));
  if (name === undefined) throw new Error(`there are no words in ${language}`);
  return JSON.parse(readFileSync(join(folder, 'locales', name), 'utf8'));
}
