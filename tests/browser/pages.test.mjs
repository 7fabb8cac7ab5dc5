// Every page type, served and exported, light and dark, phone and desktop: nothing complains, nothing
// sticks out, everyone can read it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { accessibilityViolations, exported, launch, openPage, serve } from './lib/site.mjs';

const pages = [
  '/', '/search/', '/case/gb-ico-2020-001/', '/authority/', '/authority/fr-cnil/', '/law/gdpr/', '/law/gdpr/32/',
  '/law/', '/country/fr/', '/sector/', '/sector/health/', '/party/', '/party/british-airways/', '/violation/security/',
  '/context/breach/', '/group/', '/group/meta/', '/compare/', '/statistics/', '/changes/', '/report/', '/sources/', '/data/', '/about/',
];

// Only a service answers these.
const questions = [
  '/search/?q=article:gdpr/32+leaked', '/search/?q=article:gdpr/32+fine:%3E%3D90bn', '/statistics/?q=article:gdpr/32', '/compare/?id=gb-ico-2020-001&id=fr-cnil-san-2022-009&id=fr-cnil-san-2023-021',
];
// The way on from an error is a page too.
const errors = ['/case/no-such-case/', '/search/?q=autority:fr-cnil'];

const sites = {};
let browser;
before(async () => {
  browser = await launch();
  sites.served = await serve();
  // In a sub-folder, as on a project page: no address may assume the host's root.
  sites.exported = await exported('/some/folder');
});
after(async () => {
  await browser?.close();
  for (const site of Object.values(sites)) await site.close();
});

for (const kind of ['served', 'exported']) {
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [320, 1280]) {
      test(`${kind}, ${colorScheme}, ${width} px`, async () => {
        const { page, complaints, close } = await openPage(browser, { colorScheme, viewport: { width, height: 900 } });
        const found = [];
        const asked = kind === 'served' ? [...pages, ...questions, ...errors] : pages;
        for (const path of asked) {
          const response = await page.goto(sites[kind].address + path);
          assert.equal(response.status() < 400, !errors.includes(path), path);
          found.push(...(await accessibilityViolations(page)).map((line) => `${path}: ${line}`));
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (overflow > 0) found.push(`${path}: ${overflow} px wider than the window`);
        }
        assert.deepEqual(found, []);
        // The browser itself reports an address that is refused.
        assert.deepEqual(complaints.filter((line) => !/status of 4(00|04)/.test(line)), []);
        await close();
      });
    }
  }
}

test('every internal link of the exported site resolves', async () => {
  const { page, complaints, close } = await openPage(browser, { javaScriptEnabled: false });
  const start = `${sites.exported.address}/`;
  const seen = new Set([start]);
  const queue = [start];
  const broken = [];
  while (queue.length > 0) {
    const address = queue.shift();
    const response = await page.request.get(address);
    if (!response.ok()) { broken.push(address); continue; }
    if (!(response.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    const html = await response.text();
    for (const [, raw] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const link = new URL(raw.replaceAll('&amp;', '&'), address);
      link.hash = '';
      link.search = '';
      if (link.href.startsWith(sites.exported.address) && !seen.has(link.href)) {
        seen.add(link.href);
        queue.push(link.href);
      } else if (link.host === new URL(start).host && !link.href.startsWith(sites.exported.address)) {
        broken.push(`${address} leads out of the folder: ${raw}`);
      }
    }
  }
  assert.ok(seen.size > 100, `${seen.size} addresses`);
  assert.deepEqual(broken, []);
  assert.deepEqual(complaints, []);
  await close();
});
