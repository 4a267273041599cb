import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PACKAGE } from '../support/project.js';

interface Named {
  readonly name: string;
}

interface Declaration {
  readonly attributes: readonly Named[];
  readonly events: readonly Named[];
  readonly cssParts: readonly Named[];
  readonly cssProperties: readonly Named[];
  readonly cssStates: readonly Named[];
  readonly members: ReadonlyArray<Named & { readonly static?: true }>;
}

const folder = join(PACKAGE, 'src/element');
const code = readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
const style = ['shelf.css', 'list.css', 'before.css'].map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
const manifest = JSON.parse(readFileSync(join(PACKAGE, 'custom-elements.json'), 'utf8')) as { modules: [{ declarations: [Declaration] }] };
const [declared] = manifest.modules[0].declarations;

/** The first group of every match, once each, in order of the alphabet. */
function found(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort();
}

const names = (list: readonly Named[]): string[] => list.map(({ name }) => name).sort();
const built = (file: string): Promise<Record<string, unknown>> => import(pathToFileURL(join(PACKAGE, 'dist', file)).href);

describe('custom-elements.json', () => {
  it('names the attributes of the class', async () => {
    const { CookShelf } = (await built('element.js')) as { CookShelf: { observedAttributes: readonly string[] } };
    const other = [...found(code, /(?:get|has|set)Attribute\('([\w-]+)'/g), ...found(style, /cook-shelf\[([\w-]+)/g)].filter((name) => !/^(aria-|hidden$|src$|part$|class$|role$|tabindex$)/.test(name));
    expect(names(declared.attributes)).toEqual([...new Set([...CookShelf.observedAttributes, ...other])].sort());
  });

  it('names its events', () => {
    expect(names(declared.events)).toEqual(found(code, /'(cook-shelf:\w+)': CustomEvent/g));
    expect(found(code, /#tell\('(\w+)'/g).map((name) => `cook-shelf:${name}`)).toEqual(names(declared.events));
  });

  it('names its parts, and the style sheet knows no other', () => {
    const parts = [...found(code, /make\((?:'\w+'|tag), '(\w+)'/g), ...found(code, /line\('(\w+)'\)/g)];
    expect(names(declared.cssParts)).toEqual([...new Set(parts)].sort());
    expect(names(declared.cssParts)).toEqual(expect.arrayContaining(found(style, /\.cook-shelf-(\w+)/g)));
  });

  it('names its custom properties and its states', () => {
    expect(names(declared.cssProperties)).toEqual(found(style, /var\((--cook-shelf-[\w-]+)/g));
    expect(names(declared.cssStates)).toEqual(found(/export type ShelfState = (.*);/.exec(code)?.[1] ?? '', /'(\w+)'/g));
  });

  it('names its properties', async () => {
    const { CookShelf } = (await built('element.js')) as { CookShelf: { prototype: object } };
    const own = Object.getOwnPropertyNames(CookShelf.prototype).filter((name) => !/^constructor$|Callback$/.test(name));
    expect(names(declared.members.filter((member) => !member.static))).toEqual(own.sort());
  });
});

describe('on a server', () => {
  it('the class and what defines it can be imported, and do nothing', async () => {
    expect('HTMLElement' in globalThis).toBe(false);
    const { CookShelf, define } = (await built('element.js')) as { CookShelf: unknown; define: () => void };
    expect(typeof CookShelf).toBe('function');
    expect(() => define()).not.toThrow();
    await built('element.define.js');
    expect('customElements' in globalThis).toBe(false);
  });

  it('importing the class defines nothing: that is what element/define is for', () => {
    const text = readFileSync(join(PACKAGE, 'dist/element.js'), 'utf8');
    const order = readFileSync(join(PACKAGE, 'dist/element.define.js'), 'utf8');
    expect(order).toMatch(/^import\s*\{.*\}\s*from\s*["']\.\/element\.js["']/);
    expect(text).toMatch(/import\(["']\.\/index\.js["']\)/);
    expect(text).not.toMatch(/\binnerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
  });
});
