/**
 * An operator at the console: signs in, goes about, and everything that the page asks for or is refused is written down.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export class Operator {
  /** What was asked of other origins, what the policy forbade, and what went wrong in scripts. */
  elsewhere = [];
  problems = [];

  constructor(page, origin) {
    this.page = page;
    this.origin = origin;
  }

  /** At the door. */
  static async come(browser, origin, look = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...look });
    const page = await context.newPage();
    const operator = new Operator(page, origin);
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) operator.elsewhere.push(url);
    });
    // A refusal that a test provokes is told to the person, and by the browser as a failed load; anything else is a fault.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) operator.problems.push(message.text());
    });
    page.on('pageerror', (error) => operator.problems.push(String(error)));
    await context.addInitScript(() => {
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => globalThis.violations.push(`${violatedDirective} ${blockedURI}`));
    });
    await page.goto(`${origin}/console/`);
    return operator;
  }

  async signIn(key, { keep = false } = {}) {
    await this.page.getByLabel('Your key').fill(key);
    if (keep) await this.page.getByLabel('Keep it until this tab is closed').check();
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
  }

  /** Goes to a page by its address, as from a link. */
  async go(address) {
    await this.page.evaluate((hash) => { location.hash = hash; }, `#/${address}`);
    await this.settled();
  }

  /** When the page has what it asked for. */
  async settled() {
    await this.page.waitForTimeout(50);
    await this.page.waitForFunction(() => !document.querySelector('main[aria-busy]') && document.querySelector('main h1, main [role=alert]'));
  }

  /** A sheet of the page by its heading. */
  sheet(name) {
    return this.page.getByRole('region', { name, exact: true }).first();
  }

  /** Answers a question with one of its buttons. */
  async answer(name) {
    await this.page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
    await this.page.getByRole('dialog').waitFor({ state: 'detached' });
  }

  /** What is against the page: the policy, axe, and its width. */
  async against() {
    const { page } = this;
    const forbidden = await page.evaluate(() => globalThis.violations);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await globalThis.axe.run(document)).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    return [...forbidden, ...found, ...(wide > 0 ? [`wider than the window by ${wide}`] : [])];
  }
}
