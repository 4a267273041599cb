/**
 * The console in the hands of an operator: a server with a made-up shop, cooked and released for real.
 *
 * COOKSHELF_PROGRAM is the program, COOKSHELF_PACKAGE the folder of the npm package. In order: each test goes on where the
 * one before it stopped. Pictures of the pages go to COOKSHELF_PICTURES.
 */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './chromium.mjs';
import { startConsole } from './console-server.mjs';
import { Operator } from './console-visit.mjs';
import { until } from './recorded-server.mjs';

const pictures = process.env.COOKSHELF_PICTURES;
let server;
let browser;
let operator;
let page;

before(async () => {
  if (pictures) mkdirSync(pictures, { recursive: true });
  // So many that a cook goes on for seconds, and can be watched.
  server = await startConsole({ shoppers: 8_000 });
  browser = await launch();
  operator = await Operator.come(browser, server.origin);
  ({ page } = operator);
  // What its schedule owes from the beginning.
  assert.equal((await server.settled('shop')).state, 'published');
  assert.equal((await server.cook('shop-wide')).state, 'published');
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const releases = async (endpoint) => (await server.ask('GET', `/accounts/harbour/endpoints/${endpoint}/releases?limit=1`)).items[0];

test('a key is asked for, tried, and kept only when that is wanted', async () => {
  await operator.page.getByLabel('Your key').fill('ck_key_0000000000000000000000000000000000000000000_000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  const kept = () => page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie]));
  await operator.signIn(server.key);
  assert.ok(!(await kept()).includes('ck_key'));
  await page.reload();
  await page.getByLabel('Your key').waitFor();
  await operator.signIn(server.key, { keep: true });
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Accounts' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Your key').waitFor();
  assert.ok(!(await kept()).includes('ck_key'));
  await operator.signIn(server.key);
  assert.ok(server.requests.every(({ url }) => !url.includes('ck_')), 'no key stands in an address');
});

test('an account shows its modelings with their last cook and the next, and its endpoints', async () => {
  await page.getByRole('main').getByRole('link', { name: 'harbour' }).click();
  await page.getByRole('heading', { level: 1, name: 'Harbour Goods' }).waitFor();
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'shop', exact: true }) });
  const text = await row.innerText();
  for (const words of ['shop/root', 'every 36h', 'published', 'tomorrow']) assert.ok(text.includes(words), `${words}: ${text}`);
  assert.equal(await page.getByRole('row').filter({ hasText: 'Canary' }).count(), 1);
});

test('a cook is started, seen going on step by step, and published', async () => {
  await page.getByRole('main').getByRole('link', { name: 'shop', exact: true }).click();
  await page.getByRole('button', { name: 'Start a cook' }).click();
  const now = operator.sheet('Now');
  await now.waitFor();
  const seen = new Set();
  await until(async () => {
    if ((await now.count()) === 0) return true;
    seen.add(await now.locator('p').first().innerText().catch(() => ''));
    return false;
  }, 'the cook ends', 240);
  const stages = new Set([...seen].map((text) => /cooking\s+([a-z ]+)/.exec(text)?.[1]).filter(Boolean));
  assert.ok(stages.size >= 1, `what was seen: ${[...seen].join(', ')}`);
  await page.getByRole('button', { name: 'Start a cook' }).waitFor();
  const { items: [cook] } = await server.ask('GET', '/accounts/harbour/modelings/shop/cooks');
  assert.equal(cook.state, 'published');
  const listed = operator.sheet('Cooks').getByRole('row').nth(1);
  assert.match(await listed.innerText(), new RegExp(`${cook.id.slice(-6)}[\\s\\S]*published[\\s\\S]*by hand`));
  const events = server.requests.filter(({ url }) => url.endsWith('/events'));
  assert.ok(events.length > 0 && events.every(({ headers }) => headers.authorization.startsWith('Bearer ck_')));
});

test('figures over time are drawn from what the server tells of every model', async () => {
  const { items } = await server.ask('GET', '/accounts/harbour/modelings/shop/history');
  assert.equal(items.length, 2);
  const chart = page.getByRole('img', { name: /^Picks for a shopper\./ });
  const said = await chart.getAttribute('aria-label');
  const picks = items.map(({ lists }) => lists.find(({ list }) => list === 'picks'));
  for (const { ndcg, popularity } of picks) {
    assert.ok(ndcg > popularity, 'the made-up shop can be learned from');
    for (const value of [ndcg, popularity]) assert.ok(said.includes(value.toFixed(value < 0.1 ? 3 : 2)), `${value}: ${said}`);
  }
  assert.equal(await chart.locator('circle').count(), items.length);
});

test('the report of a cook says which rows were dropped, why, and where', async () => {
  await operator.sheet('Cooks').getByRole('link').first().click();
  await page.getByRole('heading', { level: 1, name: 'Cook of shop' }).waitFor();
  const { items: [{ id }] } = await server.ask('GET', '/accounts/harbour/modelings/shop/cooks');
  const { report } = await server.ask('GET', `/accounts/harbour/modelings/shop/cooks/${id}`);
  const entity = report.contract.entities.find((one) => one.entity === 'Reco_Interactions');
  assert.ok(entity.totalDroppedRecords >= 3, JSON.stringify(entity.errors));
  const rows = operator.sheet('Rows');
  for (const { errorType, column, count, message, examples } of entity.errors) {
    const reason = rows.locator('details').filter({ hasText: `Reco_Interactions${column === null ? '' : ` · ${column}`}: ${errorType}` }).filter({ hasText: message });
    const text = await reason.first().innerText();
    assert.ok(text.includes(`${count} dropped`), text);
    assert.ok(text.includes(`:${examples[0].line} ${examples[0].value}`), text);
  }
  assert.ok((await operator.sheet('How good the lists are').innerText()).includes('Picks for a shopper'));
});

test('a cook is stopped, and what is shown stays', async () => {
  const before = await releases('web');
  await operator.go('accounts/harbour/modelings/shop');
  await page.getByRole('button', { name: 'Start a cook' }).click();
  await page.getByRole('button', { name: 'Stop this cook' }).click();
  await operator.answer('Stop it');
  await page.getByRole('button', { name: 'Start a cook' }).waitFor({ timeout: 60_000 });
  assert.equal((await server.settled('shop')).state, 'cancelled');
  assert.match(await operator.sheet('Cooks').getByRole('row').nth(1).innerText(), /stopped/);
  assert.equal((await releases('web')).sequence, before.sequence);
});

test('a canary shows its steps; it is promoted, and returned, each with a new number', async () => {
  const before = await releases('web');
  assert.equal(before.state.candidate.step, 0);
  await operator.go('accounts/harbour/endpoints/web');
  const shown = operator.sheet('What is shown now');
  assert.match(await shown.getByRole('img').getAttribute('aria-label'), /^5 %: .*95 %: /);
  assert.match(await shown.locator('[aria-current=step]').innerText(), /5 %\s+\d+ (min|s) left/);
  await shown.getByRole('button', { name: 'Promote' }).click();
  await operator.answer('Promote');
  await shown.getByRole('button', { name: 'Return' }).waitFor();
  const promoted = await releases('web');
  assert.deepEqual([promoted.sequence, promoted.state.shown.shop], [before.sequence + 1, before.state.candidate.model]);
  assert.match(await shown.getByRole('img').getAttribute('aria-label'), new RegExp(`^100 %: model ${before.state.candidate.model.slice(-6)}`));

  await shown.getByRole('button', { name: 'Return' }).click();
  await operator.answer('Not now');
  assert.equal((await releases('web')).sequence, promoted.sequence, 'nothing is done that was not wanted');
  await shown.getByRole('button', { name: 'Return' }).click();
  await operator.answer('Return');
  await shown.getByText('taken back by hand').waitFor();
  const returned = await releases('web');
  assert.deepEqual([returned.sequence, returned.state.shown.shop], [promoted.sequence + 1, before.state.shown.shop]);

  await shown.getByRole('button', { name: 'Put a model …' }).click();
  await page.locator('select[name=model]').selectOption(before.state.candidate.model);
  await operator.answer('Put it');
  await until(async () => (await releases('web')).state.shown.shop === before.state.candidate.model, 'the model is put');
  await operator.settled();
  const history = await operator.sheet('What it offered').innerText();
  for (const words of ['is on its way', 'is back for everybody', 'taken back by hand']) assert.ok(history.includes(words), history);
});

test('what others release is shown by itself, and arms with their shares', async () => {
  await operator.go('accounts/harbour/endpoints/app');
  const shown = operator.sheet('What is shown now');
  await shown.getByText('It waits until somebody promotes it.').waitFor();
  await server.ask('POST', '/accounts/harbour/endpoints/app/releases', { do: 'return' });
  await shown.getByText('taken back by hand').waitFor();
  await operator.go('accounts/harbour/endpoints/trial');
  assert.match(await shown.getByRole('img').getAttribute('aria-label'), /^60 %: shop .*30 %: shop-wide .*10 %: take part in nothing$/);
});

test('a key is made, shown once, and revoked', async () => {
  await operator.go('accounts/harbour/keys');
  await page.getByRole('button', { name: 'Make a key …' }).click();
  await page.getByLabel('Called').fill('newsletter');
  await page.locator('select[name=on]').selectOption('harbour');
  await operator.page.getByRole('dialog').getByRole('button', { name: 'Make it' }).click();
  const secret = await page.getByLabel('The new key').inputValue();
  assert.match(secret, /^ck_key_/);
  await operator.answer('I have it');
  await page.getByLabel('The new key').waitFor({ state: 'detached' });
  assert.ok(!(await page.content()).includes(secret));
  const reader = await Operator.come(browser, server.origin);
  await reader.signIn(secret);
  await page.getByRole('button', { name: 'Revoke newsletter' }).click();
  await operator.answer('Revoke it');
  await page.getByRole('row').filter({ hasText: 'newsletter' }).getByText('revoked').waitFor();
  await reader.go('accounts/harbour');
  await reader.page.getByText('This key opens nothing any more').waitFor();
  assert.deepEqual(reader.problems, []);
  await reader.page.context().close();
});

test('a reader sees everything and is offered nothing that he may not do', async () => {
  const key = await server.grant('looks', { role: 'reader', on: 'harbour' });
  const denials = async () => (await server.ask('GET', '/audit?limit=1000')).items.filter(({ outcome }) => outcome === 'denied').length;
  const before = await denials();
  const reader = await Operator.come(browser, server.origin);
  await reader.signIn(key);
  for (const address of ['accounts/harbour', 'accounts/harbour/modelings/shop', 'accounts/harbour/endpoints/web', 'accounts/harbour/endpoints/app', 'accounts/harbour/endpoints/trial/lists']) {
    await reader.go(address);
    const offered = await reader.page.getByRole('main').getByRole('button').allInnerTexts();
    const changes = offered.filter((name) => /start|stop|promote|return|take|put|turn|make|revoke/i.test(name));
    assert.deepEqual(changes, [], address);
    assert.deepEqual(await reader.page.getByRole('alert').allInnerTexts(), [], address);
    assert.deepEqual(await reader.page.getByRole('link', { name: /^(Keys|Audit)$/ }).allInnerTexts(), [], address);
  }
  assert.equal(await denials(), before, 'the page asks for nothing that is denied');
  assert.deepEqual([reader.problems, reader.elsewhere], [[], []]);
  await reader.page.context().close();
});

test('who may see one endpoint sees that and nothing else', async () => {
  const key = await server.grant('mail', { role: 'reader', on: 'harbour/endpoints/web' });
  const reader = await Operator.come(browser, server.origin);
  await reader.signIn(key);
  await reader.go('accounts/harbour');
  assert.deepEqual(await reader.page.getByRole('main').getByRole('table').getByRole('link').allInnerTexts(), ['web']);
  await reader.go('accounts/harbour/endpoints/web');
  assert.match(await reader.sheet('What is shown now').innerText(), /100 %/);
  assert.deepEqual(await reader.page.getByRole('alert').allInnerTexts(), []);
  await reader.page.context().close();
});

test('the inspector loads the model as a shop does, and shows lists with reasons and pictures', async () => {
  await operator.go('accounts/harbour/endpoints/trial/lists');
  const list = (kind) => page.locator(`[data-kind=${kind}]`);
  assert.ok(server.requests.some(({ url }) => url === '/console/package/index.js'));
  for (const kind of ['similar', 'together', 'popular']) assert.ok((await list(kind).locator('li .card').count()) >= 3, kind);
  assert.match(await operator.sheet('What the page fetched').innerText(), /signed by a key of this endpoint[\s\S]*wasm/);
  assert.match(await list('together').locator('.why').first().innerText(), /in the same baskets/);
  const next = list('together').locator('.name').first();
  const title = await next.innerText();
  await next.click();
  await page.getByRole('heading', { level: 3, name: title }).waitFor();
  await list('picks').getByText('because of').first().waitFor();
  const why = list('picks').locator('details').first();
  await why.locator('summary').click();
  await why.getByText('profile:').first().waitFor();

  assert.deepEqual(operator.elsewhere, [], 'no picture is asked for before somebody wants them');
  await page.getByRole('button', { name: /^Show pictures from/ }).click();
  await page.waitForFunction(() => [...document.querySelectorAll('.seed img')].some((image) => image.complete && image.naturalWidth > 0));
  assert.ok(operator.elsewhere.every((url) => url.startsWith(`${server.pictures}/images/`)));
  operator.elsewhere.length = 0;
});

test('the audit goes back page by page, and its chain is verified', async () => {
  for (let at = 0; at < 45; at += 1) await server.ask('PUT', '/accounts/harbour', { title: at % 2 ? 'Harbour Goods' : 'Harbour' });
  await operator.go('audit');
  const rows = operator.sheet('Who did what').getByRole('row');
  const first = await rows.count();
  await page.getByRole('button', { name: 'Show older' }).click();
  await until(async () => (await rows.count()) > first, 'older records come');
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText(/records, none changed and none missing/).waitFor();
});

test('every page in every look: readable, within its policy, alone with its server', async () => {
  const { items: cooks } = await server.ask('GET', '/accounts/harbour/modelings/shop/cooks');
  const { id } = cooks.find(({ state }) => state === 'published');
  const pages = {
    accounts: '',
    account: 'accounts/harbour',
    modeling: 'accounts/harbour/modelings/shop',
    cook: `accounts/harbour/modelings/shop/cooks/${id}`,
    endpoint: 'accounts/harbour/endpoints/web',
    comparison: 'accounts/harbour/endpoints/trial',
    lists: 'accounts/harbour/endpoints/trial/lists',
    keys: 'keys',
    audit: 'audit',
  };
  const looks = [['desktop-light', { width: 1280, height: 900 }, 'light'], ['desktop-dark', { width: 1280, height: 900 }, 'dark'], ['phone-light', { width: 390, height: 844 }, 'light'], ['small-dark', { width: 320, height: 640 }, 'dark']];
  for (const [look, viewport, colorScheme] of looks) {
    const visitor = await Operator.come(browser, server.origin, { viewport, colorScheme });
    assert.deepEqual(await visitor.against(), [], `${look}: sign in`);
    await visitor.signIn(server.key);
    for (const [name, address] of Object.entries(pages)) {
      await visitor.go(address);
      assert.deepEqual(await visitor.against(), [], `${look}: ${name}`);
      if (pictures) await visitor.page.screenshot({ path: join(pictures, `console-${name}-${look}.png`), fullPage: true });
    }
    assert.deepEqual([visitor.problems, visitor.elsewhere], [[], []], look);
    await visitor.page.context().close();
  }
  assert.deepEqual([operator.problems, operator.elsewhere], [[], []]);
});

test('with the keyboard alone: to the page, through a question, and back', async () => {
  await operator.go('accounts/harbour/endpoints/web');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  assert.equal(await focused(), 'web', 'whoever goes to a page is at its heading');
  const back = operator.sheet('What is shown now').getByRole('button', { name: 'Return' });
  await back.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  assert.ok(await page.evaluate(() => document.querySelector('dialog').contains(document.activeElement)));
  const before = await releases('web');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal((await releases('web')).sequence, before.sequence);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Skip to the page');
});

test('the page and its files come with a policy, whoever asks', async () => {
  for (const [path, status] of [['/console/', 200], ['/console/main.js', 200], ['/console/none.js', 404], ['/console/package/cookshelf.wasm', 200], ['/console/package/..%2Fpackage.json', 404]]) {
    const { status: found, headers } = await fetch(`${server.origin}${path}`);
    assert.equal(found, status, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    if (status !== 200) continue;
    assert.equal(headers.get('x-frame-options'), 'DENY', path);
    const policy = headers.get('content-security-policy');
    assert.ok(policy.startsWith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';"), policy);
    assert.ok(policy.includes("frame-ancestors 'none'") && !policy.includes('unsafe-inline'), policy);
  }
  const moved = await fetch(`${server.origin}/console`, { redirect: 'manual' });
  assert.deepEqual([moved.status, moved.headers.get('location')], [308, '/console/']);
});
