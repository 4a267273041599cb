/**
 * A shopper in the demo shop: what a person can do there, by the hooks that the shop offers to tests.
 */
const WINDOW = { width: 1280, height: 900 };
const PATIENCE = 15_000;

/** One person with one browser context. */
export class Shopper {
  /** Opens the shop and watches everything the page does. */
  static async enter(browser, origin, path = '/') {
    const context = await browser.newContext({ viewport: WINDOW });
    const shopper = new Shopper(context, origin);
    await context.exposeFunction('reportShift', (value) => shopper.shifts.push(value));
    await context.exposeFunction('reportViolation', (text) => shopper.complaints.push(`CSP: ${text}`));
    await context.addInitScript(watchPage);
    context.on('request', (request) => shopper.requested.push(request.url()));
    shopper.page = await context.newPage();
    shopper.page.on('console', (message) => {
      if (message.type() === 'error') shopper.complaints.push(message.text());
    });
    shopper.page.on('pageerror', (error) => shopper.complaints.push(String(error)));
    await shopper.page.goto(origin + path);
    return shopper;
  }

  constructor(context, origin) {
    this.context = context;
    this.origin = origin;
    /** Addresses of all requests, also to other hosts. */
    this.requested = [];
    /** Console errors, exceptions, policy violations. */
    this.complaints = [];
    /** Sizes of layout shifts that no input caused. */
    this.shifts = [];
  }

  /** Item ids of a shelf, once it is filled. */
  async items(shelf) {
    await this.near(shelf);
    await this.page.locator(`[data-testid="${shelf}"] [data-item]`).first().waitFor({ timeout: PATIENCE });
    await this.idle();
    const ids = this.page.locator(`[data-testid="${shelf}"] [data-item]`);
    return ids.evaluateAll((cards) => [...new Set(cards.map((card) => card.dataset.item))]);
  }

  /** Scrolls to a shelf that is not near the window: it asks for its list when it is. */
  async near(shelf) {
    await this.page.getByTestId(shelf).first().evaluate((node) => {
      const { top, bottom } = node.getBoundingClientRect();
      if (bottom < 0 || top > innerHeight) scrollBy({ top: top - innerHeight / 2, behavior: 'instant' });
    });
  }

  /** The visible words of a part of the page. */
  async text(part) {
    await this.page.getByTestId(part).first().waitFor({ timeout: PATIENCE });
    await this.idle();
    return this.page.getByTestId(part).first().innerText();
  }

  /** Goes to the page of an item on a shelf. */
  async open(shelf, item) {
    const card = this.page.locator(`[data-testid="${shelf}"] [data-item="${item}"]`).first();
    const link = card.locator('a[href]').first();
    await ((await link.count()) > 0 ? link : card).click();
    this.shown = item;
    await this.page.getByTestId('shelf-similar').waitFor({ timeout: PATIENCE });
    await this.items('shelf-similar');
  }

  productShown() {
    return this.shown;
  }

  async goHome() {
    await this.follow((link) => /^\/?(index\.html)?$/.test(link.pathname) && /^#?\/?$/.test(link.hash) && link.search === '');
    await this.page.locator('[data-testid="shelf-trending"] [data-item]').first().waitFor({ timeout: PATIENCE });
  }

  async goToCart() {
    await this.follow((link) => /cart|basket/.test(link.pathname + link.hash));
  }

  async addToCart() {
    await this.page.getByTestId('add-to-cart').first().click();
  }

  async openPanel() {
    if (await this.page.getByTestId('privacy-panel').isVisible()) return;
    await this.page.getByTestId('open-privacy').first().click();
    const panel = this.page.getByTestId('privacy-panel');
    await panel.waitFor({ timeout: PATIENCE });
    // It slides and fades in; what is judged is how it looks when it is there.
    await panel.evaluate((node) => Promise.all(node.getAnimations().map(({ finished }) => finished)).then(() => undefined));
  }

  async closePanel() {
    await this.page.keyboard.press('Escape');
  }

  async erase() {
    this.page.once('dialog', (dialog) => dialog.accept());
    await this.page.getByTestId('erase').click();
    await this.idle();
  }

  /** Loads the page again; with no server only what is cached is there. */
  async reload() {
    await this.page.reload();
  }

  /** Everything that the page keeps on the device, as text. */
  stored() {
    return this.page.evaluate(readStores);
  }

  /** Names of everything that the browser keeps for the page. */
  kept() {
    return this.page.evaluate(async () => [
      ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
      ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
      ...(await indexedDB.databases()).map(({ name }) => `IndexedDB ${name}`),
      ...(await caches.keys()).map((name) => `CacheStorage ${name}`),
    ]);
  }

  cookies() {
    return this.context.cookies();
  }

  async look(size, colorScheme) {
    await this.page.setViewportSize(size);
    await this.page.emulateMedia({ colorScheme });
    await this.page.evaluate(() => globalThis.scrollTo(0, 0));
    await this.idle();
  }

  fitsTheWindow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth <= globalThis.innerWidth);
  }

  /** Waits until nothing is fetched and two frames were drawn. */
  async idle() {
    await this.page.waitForLoadState('networkidle');
    await this.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  }

  /** Presses Tab until something that matches has the focus. */
  async tabTo(selector) {
    for (let presses = 0; presses < 200; presses += 1) {
      if (await this.focused(selector)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`Tab never reaches ${selector}`);
  }

  focused(selector) {
    return this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  }

  async follow(wanted) {
    const links = await this.page.locator('a[href]').all();
    for (const link of links) {
      const address = new URL(await link.evaluate((a) => a.href));
      if (address.origin === this.origin && wanted(address) && (await link.isVisible())) {
        await link.click();
        await this.idle();
        return;
      }
    }
    throw new Error('there is no such link on the page');
  }
}

/** Runs in every page before its own scripts. */
function watchPage() {
  addEventListener('securitypolicyviolation', (event) => globalThis.reportViolation(`${event.violatedDirective} ${event.blockedURI}`));
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) globalThis.reportShift(shift.value);
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Runs in the page: local and session storage, and every record of every database. */
async function readStores() {
  const texts = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      texts.push(JSON.stringify(await done(database.transaction(store).objectStore(store).getAll())));
    }
    database.close();
  }
  return texts;
}
