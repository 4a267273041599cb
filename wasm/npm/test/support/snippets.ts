/** The code blocks of a page of documentation, each of which a test takes and runs. */

export interface Snippet {
  /** The nearest heading above it, of any level. */
  readonly heading: string;
  readonly language: string;
  readonly code: string;
}

export class Snippets {
  readonly #all: readonly Snippet[];
  readonly #taken = new Set<Snippet>();

  constructor(markdown: string) {
    const all: Snippet[] = [];
    let heading = '';
    for (const [, title, language, code = ''] of markdown.matchAll(/^#+ (.+)$|^```(\w*)\n([\s\S]*?)^```$/gm)) {
      if (title !== undefined) heading = title;
      else all.push({ heading, language: language ?? '', code });
    }
    this.#all = all;
  }

  get count(): number {
    return this.#all.length;
  }

  /** The first block under a heading that nobody has taken, in this language, or with these words in it. */
  take(heading: string, language: string, words = ''): string {
    const found = this.#all.find((one) => one.heading === heading && one.language === language && one.code.includes(words) && !this.#taken.has(one));
    if (found === undefined) throw new Error(`there is no ${language} left under "${heading}"${words && ` with ${words}`}`);
    this.#taken.add(found);
    return found.code;
  }

  /** What no test has taken. */
  get left(): readonly string[] {
    return this.#all.filter((one) => !this.#taken.has(one)).map(({ heading, language, code }) => `${language} under "${heading}": ${code.slice(0, 60)}`);
  }
}
