// The exported site's own search engine, in a browser, over plain files: what it answers is what the conformance suite
// expects of the library, and nothing of it is loaded before it is wanted.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { accessibilityViolations, exported, launch, openPage } from './lib/site.mjs';

const engine = process.env.FINEPRINT_SEARCH_ENGINE;
const skip = engine && engine !== 'none' ? false : 'SKIPPED: no search engine; name its folder in FINEPRINT_SEARCH_ENGINE (`fineprint site` makes target/browser-engine)';
const suite = join(import.meta.dirname, '../conformance');
const today = '2024-07-01';

const sites = {};
let browser;
before(async () => {
  if (skip) return;
  browser = await launch();
  const records = join(suite, 'cases.jsonl');
  // No help from the host: no ranges, no compression; and once with both withheld less.
  sites.plain = await exported('/some/folder', { engine, records, today });
  sites.ranges = await exported('', { engine, records, today, ranges: true });
});
after(async () => {
  await browser?.close();
  for (const site of Object.values(sites)) await site.close();
});

async function open(site, path = '/search/', options = {}) {
  const opened = await openPage(browser, options);
  const requests = [];
  opened.page.on('request', (request) => requests.push(request.url()));
  // Relative dates count back from the suite's day.
  await opened.page.clock.setFixedTime(new Date(`${today}T12:00:00Z`));
  await opened.page.goto(site.address + path);
  return { ...opened, requests };
}
const ofEngine = (url) => /assets\/(engine|index\/|search-worker)|search\/index\.json/.test(url);

const ask = (page, path, params) => page.evaluate(
  async ([at, query]) => { const { status, body } = await globalThis.fineprintAsk(at, query); return { status, ...JSON.parse(body) }; },
  [path, new URLSearchParams(params).toString()]);

const sums = (money) => ({
  known: money.known, unknown: money.unknown, annulled: money.annulled, without: money.without,
  sum: money.sum?.amount_minor ?? null, median: money.median?.amount_minor ?? null, max: money.max?.amount_minor ?? null,
});
const stated = ({ known, unknown, annulled, without, sum = null, median = null, max = null }) =>
  ({ known, unknown, annulled, without, sum, median, max });

async function difference(page, check) {
  const q = check.query;
  if (check.error) {
    const found = await ask(page, 'api/v1/cases', { q });
    assert.equal(found.status, 400);
    assert.deepEqual([found.position.start, found.position.end], check.error.at);
    assert.equal(found.suggestion ?? null, check.error.suggestion ?? null);
    return;
  }
  if (check.by) {
    const found = await ask(page, 'api/v1/stats', { q, by: check.by.join(',') });
    assert.equal(found.status, 200, JSON.stringify(found));
    const order = (rows) => (check.ordered ? rows : rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
    assert.deepEqual(order(found.rows.map((row) => [row.key, row.cases, sums(row.money)])),
      order(check.rows.map((row) => [row.key ?? [], row.cases, stated(row)])));
    return;
  }
  const facets = Object.keys(check.facets ?? {});
  const found = await ask(page, 'api/v1/cases', { q, limit: 1000, ...(facets.length ? { facets: facets.join(',') } : {}) });
  assert.equal(found.status, 200, JSON.stringify(found));
  const ids = found.cases.map((one) => one.id);
  assert.equal(found.total, ids.length);
  assert.deepEqual(check.ordered ? ids : ids.toSorted(), check.ids);
  if (check.money) assert.deepEqual(sums(found.money), stated(check.money));
  if (check.sentence) assert.equal(found.sentence, check.sentence);
  for (const facet of found.facets ?? []) {
    const values = Object.fromEntries(facet.values.map((value) => [value.value, value.count]));
    assert.deepEqual({ values, unknown: facet.unknown }, check.facets[facet.field]);
  }
}

for (const kind of ['plain', 'ranges']) {
  test(`every query of the suite gives what is expected, ${kind}`, { skip }, async () => {
    const { page, complaints, close } = await open(sites[kind]);
    const failures = [];
    let count = 0;
    for (const file of readdirSync(suite).filter((name) => name.endsWith('.json'))) {
      const { today: day, checks } = JSON.parse(readFileSync(join(suite, file), 'utf8'));
      if (!Array.isArray(checks) || day !== today) continue;
      for (const check of checks) {
        count += 1;
        try { await difference(page, check); } catch (error) { failures.push(`${file}: ${check.query}: ${error.message}`); }
      }
    }
    assert.ok(count > 150, `only ${count} checks were found`);
    assert.deepEqual(failures, []);
    assert.deepEqual(complaints, []);
    await close();
  });
}

test('suggestions and terms are answered as the library answers them, earlier days are refused', { skip }, async () => {
  const { page, complaints, close } = await open(sites.plain);
  const failures = [];
  let count = 0;
  for (const file of ['terms.json']) {
    for (const check of JSON.parse(readFileSync(join(suite, 'answers', file), 'utf8')).checks) {
      if (check.ask !== 'cases') continue;
      count += 1;
      const found = await ask(page, 'api/v1/cases', check.params);
      const ids = (found.cases ?? []).map((one) => one.id);
      try {
        assert.equal(found.status, 200, JSON.stringify(found));
        assert.equal(found.total, check.total ?? check.ids.length);
        assert.deepEqual(ids.toSorted(), check.ids.toSorted());
        if (check.money) assert.deepEqual({ ...sums(found.money), median: undefined, max: undefined }, { ...stated(check.money), median: undefined, max: undefined });
      } catch (error) { failures.push(`${file}: ${JSON.stringify(check.params)}: ${error.message}`); }
    }
  }
  assert.ok(count > 3, `only ${count} checks were found`);
  assert.deepEqual(failures, []);
  await assert.rejects(ask(page, 'api/v1/cases', { as_of: '2021-06-30' }), /searched as of today/);
  const suggested = await ask(page, 'api/v1/suggest', { q: 'cni' });
  assert.equal(suggested.suggestions[0].query, 'authority:fr-cnil');
  assert.deepEqual(complaints, []);
  await close();
});

test('what is typed is completed, and the statistics are those of the search', { skip }, async () => {
  const { page, complaints, close } = await open(sites.plain);
  const box = page.locator('[data-live-box]');
  await box.pressSequentially('cni');
  const first = page.locator('.completions a').first();
  await first.waitFor();
  await box.press('ArrowDown');
  assert.equal(await first.evaluate((link) => link === document.activeElement), true);
  await first.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('q') === 'authority:fr-cnil');
  await page.waitForFunction(() => !document.querySelector('.completions a'));
  const total = (await page.getByRole('main').getByRole('status').first().innerText()).match(/^[0-9]+/)[0];
  assert.deepEqual(await accessibilityViolations(page), []);
  await page.getByRole('link', { name: 'Statistics of it' }).click();
  await page.waitForFunction((title) => document.querySelector('main').innerText.replaceAll('\u00a0', ' ').includes(title), `Six questions to ${total} `);
  assert.deepEqual(await accessibilityViolations(page), []);
  assert.deepEqual(complaints, []);
  await close();
});

test('nothing of the engine is loaded before somebody goes to the search box', { skip }, async () => {
  const { page, requests, complaints, close } = await open(sites.plain);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(requests.filter(ofEngine), []);
  const first = page.waitForRequest((request) => ofEngine(request.url()));
  await page.getByRole('main').getByRole('searchbox').first().focus();
  await first;
  await page.evaluate(() => globalThis.fineprintAsk('search/', 'q=patients'));
  assert.ok(requests.filter(ofEngine).length > 3);
  assert.deepEqual(complaints, []);
  await close();
});

test('results and counts follow what is typed, the address is the query, back and forward work', { skip }, async () => {
  const { page, complaints, close } = await open(sites.plain);
  const status = page.getByRole('main').getByRole('status').first();
  const box = page.locator('[data-live-box]');
  assert.match(await status.innerText(), /^25\s/);
  await box.pressSequentially('patients');
  await page.waitForFunction(() => /^4\s/.test(document.querySelector('main [role=status]').textContent));
  assert.match(page.url(), /\?q=patients$/);
  assert.ok(await page.locator('.results mark').count() > 0, 'hits are marked');
  await box.press('Enter');
  await page.getByRole('group', { name: /authority/i }).getByRole('checkbox').first().check();
  await page.waitForURL((url) => /authority/.test(decodeURIComponent(url.search)));
  await page.goBack();
  await page.waitForFunction(() => /^4\s/.test(document.querySelector('main [role=status]').textContent));
  await page.goForward();
  await page.waitForFunction(() => !/^4\s/.test(document.querySelector('main [role=status]').textContent));
  assert.deepEqual(await accessibilityViolations(page), []);
  const saved = page.waitForEvent('download');
  await page.locator('.downloads a', { hasText: /^CSV$/ }).click();
  const table = readFileSync(await (await saved).path(), 'utf8');
  assert.ok(table.split('\n').length > 1);
  assert.deepEqual(complaints, []);
  await close();
});

test('an address with a question is answered, a wrong one with the nearest right one', { skip }, async () => {
  const { page, complaints, close } = await open(sites.plain, '/search/?q=article%3Agdpr%2F32');
  await page.waitForFunction(() => /^5\s/.test(document.querySelector('main [role=status]').textContent));
  await page.goto(`${sites.plain.address}/search/?q=autority%3Afr-cnil`);
  await page.waitForFunction(() => document.querySelector('main').textContent.includes('authority:fr-cnil'));
  assert.deepEqual(complaints, []);
  await close();
});

test('a chunk that is gone is said, not passed over', { skip }, async () => {
  const { page, close } = await openPage(browser);
  await page.route(/assets\/index\//, (route) => route.fulfill({ status: 404, body: '' }));
  await page.goto(`${sites.plain.address}/search/?q=patients`);
  await page.waitForFunction(() => /changed|did not/.test(document.querySelector('main [role=status]').textContent));
  await close();
});
