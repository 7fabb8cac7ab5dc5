// What the three readers of the site do, on the served site, and by what can be read without scripts.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { launch, openPage, serve } from './lib/site.mjs';

let site, browser;
before(async () => { [site, browser] = await Promise.all([serve(), launch()]); });
after(async () => {
  await browser?.close();
  if (site) assert.equal(await site.close(), 0, 'the server drains and ends with 0 when told');
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`a researcher searches, narrows and opens a case, ${how}`, async () => {
    const { page, complaints, close } = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${site.address}/`);
    const box = page.getByRole('main').getByRole('searchbox');
    await box.fill('article:gdpr/32 fine:>=1M');
    await box.press('Enter');
    await page.waitForURL(/\/search\/\?/);
    const status = page.getByRole('status').first();
    const before = Number((await status.innerText()).replace(/[^0-9]/g, ' ').trim().split(/\s+/)[0]);
    assert.ok(before > 0, await status.innerText());

    const authority = page.getByRole('group', { name: /authority/i }).getByRole('checkbox').first();
    await authority.check();
    if (!javaScriptEnabled) await page.getByRole('button', { name: /apply|search|update/i }).last().click();
    await page.waitForURL((url) => /authority/.test(decodeURIComponent(url.search)));
    const narrowed = Number((await page.getByRole('status').first().innerText()).replace(/[^0-9]/g, ' ').trim().split(/\s+/)[0]);
    assert.ok(narrowed > 0 && narrowed <= before, `${narrowed} of ${before}`);

    await page.getByRole('main').locator('a[href*="case/"]').first().click();
    await page.waitForURL(/\/case\//);
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /\S/);
    assert.deepEqual(complaints, []);
    await close();
  });

  test(`a journalist browses from an authority to a case and its sources, ${how}`, async () => {
    const { page, complaints, close } = await openPage(browser, { javaScriptEnabled });
    await page.goto(`${site.address}/authority/`);
    await page.getByRole('main').getByRole('link', { name: /CNIL/ }).first().click();
    await page.waitForURL(/\/authority\/fr-cnil\//);
    await page.getByRole('main').locator('a[href*="case/"]').first().click();
    await page.waitForURL(/\/case\//);
    const source = page.getByRole('main').locator('a[href^="https://"]').first();
    assert.match(await source.getAttribute('rel'), /noopener/);
    assert.deepEqual(complaints, []);
    await close();
  });

  test(`a newcomer who errs is shown ways on, ${how}`, async () => {
    const { page, close } = await openPage(browser, { javaScriptEnabled });
    const missing = await page.goto(`${site.address}/case/no-such-case/`);
    assert.equal(missing.status(), 404);
    assert.ok(await page.getByRole('link').count() > 3);
    const wrong = await page.goto(`${site.address}/search/?q=autority%3Afr-cnil`);
    assert.equal(wrong.status(), 400);
    assert.match(await page.getByRole('main').innerText(), /authority/);
    await close();
  });
}

test('the keyboard reaches the search box and the first result', async () => {
  const { page, complaints, close } = await openPage(browser);
  await page.goto(`${site.address}/search/`);
  await page.keyboard.press('Tab');
  const skip = await page.evaluate(() => document.activeElement.textContent);
  assert.match(skip, /skip/i);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'q');
  assert.deepEqual(complaints, []);
  await close();
});
