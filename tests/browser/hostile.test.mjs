// Text that wants to be a program, in every field of a record and in every question: it stays text. With the pages'
// policy switched off, so that nothing but the escaping stands in its way, and with it on, so that nothing even tries.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { knowledgeBase, launch, openPage, serve } from './lib/site.mjs';

const heads = ['', '"', "'", '">', "'>", '</title>', '</script>', '</textarea>', '-->', ']]>', '\u202e', '\u200b'];
const bodies = [
  '<script>globalThis.pwned=1</script>', '<img src=x onerror=globalThis.pwned=1>', '<svg/onload=globalThis.pwned=1>',
  '<xss-payload onpointerrawupdate=globalThis.pwned=1>', ' onfocus=globalThis.pwned=1 autofocus x="', 'javascript:globalThis.pwned=1',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>', '<details open ontoggle=globalThis.pwned=1>', '<a href="javascript:globalThis.pwned=1">x</a>',
  '<style>@import "https://evil.example/x.css"</style>', '<base href="https://evil.example/">', '<meta http-equiv=refresh content="0;url=https://evil.example/">',
  '{{constructor.constructor("globalThis.pwned=1")()}}', '${globalThis.pwned=1}', '<math><mi xlink:href="javascript:globalThis.pwned=1">', '&lt;script&gt;globalThis.pwned=1&lt;/script&gt;',
];
const payloads = heads.flatMap((head) => bodies.map((body) => head + body));

/** Records with payloads in every field that holds text; each field of each record has its own. */
function records() {
  let at = 0;
  const next = () => payloads[at++ % payloads.length];
  const made = [];
  for (let number = 1; number <= 48; number += 1) {
    made.push({
      schema: 1, id: `fr-cnil-san-2031-${String(number).padStart(3, '0')}`, authority: 'fr-cnil',
      reference: next(), ecli: next(), summary: `${next()} ${next()}`, language: 'fr',
      parties: [{ id: `party-${number}`, name: next(), role: 'processor', kind: 'company', country: 'FR', sectors: ['health', next()], group: next(), aliases: [next()] }],
      decided_on: '2031-04-15', outcome: 'violation-found', stage: 'decided',
      findings: [
        { provision: 'gdpr/32', finding: 'violated', violations: ['security/encryption', next()], note: next() },
        { provision: 'gdpr/33', finding: 'discussed', note: next() },
      ],
      ledger: [{ event: 'imposed', on: '2031-04-15', amount: { amount_minor: 100000 * number, currency: 'EUR' }, note: next() }],
      measures: [{ kind: 'fine', note: next() }, { kind: next() }],
      appeals: [{ body: next(), reference: next(), result: 'pending', note: next() }],
      contexts: ['breach', next()], data_categories: ['health', next()],
      factors: [{ factor: 'g', direction: 'aggravating', note: next() }],
      sources: [{ id: 'decision', kind: 'official-decision', url: number % 2 ? 'javascript:globalThis.pwned=1' : next(), title: next(), publisher: next(), language: 'fr', licence: next() }],
      claims: [{
        statement: { field: 'affected-people', value: { precision: 'exact', value: 7 } }, source: 'decision', method: 'prose', confidence: 0.5,
        evidence: { document_sha256: '0'.repeat(64), start: 0, end: 9, quote: next() },
      }],
      changes: [{ on: '2031-05-01', kind: 'added', note: next() }],
    });
  }
  return { made, used: at };
}

let site, browser, base, used;
before(async () => {
  const hostile = records();
  used = hostile.used;
  base = knowledgeBase(hostile.made);
  [site, browser] = await Promise.all([serve(base.folder), launch()]);
});
after(async () => { await browser?.close(); await site?.close(); base?.remove(); });

/** What a payload left in the page, if anything. */
const traces = (page) => page.evaluate(() => {
  const found = [];
  if ('pwned' in globalThis) found.push('a payload ran');
  for (const element of document.querySelectorAll('xss-payload, iframe, base, math, style, script:not([src]):not([type="application/ld+json"]), img, meta[http-equiv=refresh], svg[onload]')) {
    found.push(element.outerHTML.slice(0, 80));
  }
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of element.attributes) {
      if (name.startsWith('on') || /^\s*(javascript|data|vbscript):/i.test(['href', 'src', 'action', 'xlink:href'].includes(name) ? value : '')) {
        found.push(`${element.tagName} ${name}=${value.slice(0, 60)}`);
      }
    }
  }
  for (const data of document.querySelectorAll('script[type="application/ld+json"]')) JSON.parse(data.textContent);
  return found;
});

for (const bypassCSP of [true, false]) {
  test(`payloads stay text, policy ${bypassCSP ? 'off' : 'on'}`, async () => {
    assert.ok(used >= 1000, `${used} payloads`);
    const { page, complaints, close } = await openPage(browser, { bypassCSP });
    const found = [];
    const cases = Array.from({ length: 48 }, (_, at) => `/case/fr-cnil-san-2031-${String(at + 1).padStart(3, '0')}/`);
    const others = ['/', '/search/?q=', '/authority/fr-cnil/', '/law/gdpr/32/', '/sector/', '/party/', '/party/party-1/', '/group/', '/context/breach/', '/violation/', '/country/fr/',
      '/statistics/', '/changes/', '/sources/', '/data/', '/about/', '/compare/?id=fr-cnil-san-2031-001&id=fr-cnil-san-2031-002&id=fr-cnil-san-2031-003'];
    for (const path of [...others, ...cases]) {
      const answer = await page.goto(site.address + path);
      assert.equal(answer.status(), 200, path);
      found.push(...(await traces(page)).map((trace) => `${path}: ${trace}`));
    }
    for (const payload of payloads.filter((_, at) => at % 13 === 0)) {
      for (const path of ['/search/?q=', '/search/?authority=', '/case/', '/compare/?id=', '/nothing/']) {
        await page.goto(site.address + path + encodeURIComponent(payload));
        found.push(...(await traces(page)).map((trace) => `${path}${payload}: ${trace}`));
      }
    }
    assert.deepEqual(found, []);
    // The browser reports each refused address; a violation of the policy, an exception or a foreign request may not be among them.
    assert.deepEqual(complaints.filter((line) => !/status of 4(00|04)/.test(line)), []);
    await close();
  });
}

test('the trap closes: a payload that is not escaped is found', async () => {
  const { page, close } = await openPage(browser, { bypassCSP: true });
  await page.goto(`${site.address}/about/`);
  await page.evaluate(() => { document.querySelector('main').innerHTML += '<img src=x onerror=globalThis.pwned=1><a href="javascript:1">x</a>'; });
  await page.waitForFunction(() => 'pwned' in globalThis);
  assert.ok((await traces(page)).length >= 3);
  await close();
});
