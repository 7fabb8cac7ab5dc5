// The search page with its script: it answers in place, and the address stays the question.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { launch, openPage, serve } from './lib/site.mjs';

let site, browser;
before(async () => { [site, browser] = await Promise.all([serve(), launch()]); });
after(async () => { await browser?.close(); await site?.close(); });

/** The search page, and a mark on its window that a new page would not have. */
async function searching(query, options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${site.address}/search/?q=${encodeURIComponent(query)}`);
  await opened.page.evaluate(() => { globalThis.sameWindow = true; });
  return opened;
}

const found = async (page) => Number((await page.getByRole('status').first().innerText()).replace(/[^0-9]/g, ' ').trim().split(/\s+/)[0]);
const asked = (page) => new URL(page.url()).searchParams.get('q');
const stays = (page) => page.evaluate(() => globalThis.sameWindow === true);

test('results, counts, sentence and address follow what is typed', async () => {
  const { page, complaints, close } = await searching('');
  const all = await found(page);
  await page.locator('#q').fill('article:gdpr/32');
  await page.waitForFunction(() => document.querySelector('h1').textContent.includes('Article 32'));
  assert.ok(await found(page) < all);
  assert.equal(asked(page), 'article:gdpr/32');
  assert.match(await page.title(), /Article 32 GDPR/);
  assert.ok(await stays(page), 'without loading anew');
  assert.deepEqual(complaints, []);
  await close();
});

test('filters narrow in place, chips widen again, back and forward go the same way', async () => {
  const { page, complaints, close } = await searching('article:gdpr/32');
  const before = await found(page);
  const box = page.getByRole('group', { name: 'Authority' }).getByRole('checkbox').first();
  const value = await box.getAttribute('value');
  await box.check();
  await page.waitForURL((url) => url.searchParams.get('q')?.includes(`authority:${value}`));
  const narrowed = await found(page);
  assert.ok(narrowed > 0 && narrowed <= before);
  assert.equal(await page.evaluate(() => document.activeElement.value), value, 'the focus stays on the box');
  await page.goBack();
  await page.waitForFunction((value) => !document.querySelector(`[name=authority][value="${value}"]`).checked, value);
  assert.equal(await found(page), before);
  await page.goForward();
  await page.waitForFunction((value) => document.querySelector(`[name=authority][value="${value}"]`).checked, value);
  assert.equal(await found(page), narrowed);
  await page.locator('.chips a', { hasText: 'Authority' }).click();
  await page.waitForURL((url) => url.searchParams.get('q') === 'article:gdpr/32');
  assert.equal(await found(page), before);
  assert.ok(await stays(page));
  assert.deepEqual(complaints, []);
  await close();
});

test('the handles over the columns work with the keyboard', async () => {
  const { page, complaints, close } = await searching('');
  const before = await found(page);
  const handle = page.getByRole('slider', { name: 'Lowest, Fine in euro' });
  await handle.focus();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
  await page.waitForURL((url) => url.searchParams.get('q')?.includes('fine:'));
  assert.ok(await found(page) < before);
  assert.match(await page.locator('[name=fine_min]').inputValue(), /^[0-9.]+(k|M|bn)?$/);
  assert.ok(await stays(page));
  assert.deepEqual(complaints, []);
  await close();
});

test('more results are added below, and ticked ones are compared', async () => {
  const { page, complaints, close } = await searching('sort:-fine');
  const lines = page.locator('#results > li');
  const before = await lines.count();
  await page.getByRole('link', { name: 'More results' }).click();
  await page.waitForFunction((before) => document.querySelectorAll('#results > li').length > before, before);
  const names = await page.locator('#results .line-party').allInnerTexts();
  for (const at of [0, before]) await lines.nth(at).getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Compare the ticked' }).click();
  await page.waitForURL(/\/compare\//);
  const heads = await page.locator('thead bdi').allInnerTexts();
  assert.deepEqual(heads, [names[0], names[before]]);
  assert.deepEqual(complaints, []);
  await close();
});

test('an empty answer leads on, a wrong query says where it is wrong', async () => {
  const { page, complaints, close } = await searching('article:gdpr/32 fine:>=90bn');
  await page.getByRole('heading', { name: 'Nothing was found' }).waitFor();
  await page.locator('.empty a').first().click();
  await page.waitForFunction(() => document.querySelector('#results > li'));
  assert.equal(asked(page), 'article:gdpr/32');
  await page.locator('#q').fill('autority:fr-cnil');
  await page.waitForFunction(() => document.querySelector('[role=status]').textContent.includes('not understood'));
  assert.match(await page.locator('.results').innerText(), /authority:fr-cnil/);
  await page.locator('#q').fill('authority:fr-cnil');
  await page.waitForFunction(() => document.querySelector('#results > li'));
  // A browser reports the refused query by itself; nothing else may be said.
  assert.deepEqual(complaints.filter((line) => !/400 \(Bad Request\)/.test(line)), []);
  await close();
});

test('a whole search by keyboard alone', async () => {
  const { page, complaints, close } = await openPage(browser);
  await page.goto(`${site.address}/`);
  await page.keyboard.press('/');
  await page.keyboard.type('health');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search\//);
  await page.keyboard.press('/');
  await page.keyboard.press('ArrowDown');
  const first = await page.locator('#results .line-party').first().innerText();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), first);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/case\//);
  // The evidence opens without a mouse.
  const evidence = page.locator('.facts details.evidence summary').first();
  await evidence.focus();
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('.facts details.evidence').first().evaluate((details) => details.open));
  assert.deepEqual(complaints, []);
  await close();
});

test('at 400 % zoom nothing sticks out and the search still works', async () => {
  // 1280 by 1024 pixels at 400 % leave 320 by 256.
  const { page, complaints, close } = await searching('article:gdpr/32', { viewport: { width: 320, height: 256 } });
  for (const path of ['/', '/search/?q=article:gdpr/32', '/case/gb-ico-2020-001/', '/statistics/', '/law/gdpr/32/']) {
    await page.goto(site.address + path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${path}: ${overflow} px`);
  }
  await page.goto(`${site.address}/search/?q=`);
  await page.getByText('Filters and order').click();
  await page.getByRole('group', { name: 'Status' }).getByRole('checkbox').first().check();
  await page.waitForURL((url) => url.searchParams.get('q')?.includes('status:'));
  assert.deepEqual(complaints, []);
  await close();
});
