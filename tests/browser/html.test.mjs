// Every page type is valid HTML by the Nu checker, which needs Java.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { serve } from './lib/site.mjs';

const java = spawnSync('java', ['-version']).status === 0;
let site;
before(async () => { site = await serve(); });
after(async () => { await site?.close(); });

const pages = [
  '/', '/search/?q=', '/search/?q=article:gdpr/32+leaked', '/search/?q=fine:%3E%3D90bn+article:gdpr/32', '/search/?q=autority:x', '/case/gb-ico-2020-001/', '/case/fr-cnil-san-2023-021/', '/authority/', '/authority/fr-cnil/',
  '/law/', '/law/gdpr/', '/law/gdpr/32/', '/country/fr/', '/sector/health/', '/party/british-airways/', '/violation/security/', '/context/breach/', '/group/meta/',
  '/compare/', '/compare/?id=gb-ico-2020-001&id=fr-cnil-san-2022-009', '/statistics/', '/changes/', '/sources/', '/data/', '/about/', '/nothing-here/',
];

test('the Nu checker finds no error', { skip: java ? false : 'SKIPPED: no Java on this machine; the HTML is not checked' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fineprint-html-'));
  try {
    const names = new Map();
    for (const [at, path] of pages.entries()) {
      const file = join(folder, `${String(at).padStart(2, '0')}.html`);
      writeFileSync(file, await (await fetch(site.address + path)).text());
      names.set(`file:${file}`, path);
    }
    const jar = createRequire(import.meta.url).resolve('vnu-jar/build/dist/vnu.jar');
    const run = spawnSync('java', ['-Xss8m', '-jar', jar, '--format', 'json', '--exit-zero-always', folder, ...names.keys()].filter((word) => !word.startsWith('file:')), { encoding: 'utf8', maxBuffer: 1 << 28 });
    const { messages } = JSON.parse(run.stderr);
    const errors = messages.filter((message) => message.type === 'error' || message.type === 'non-document-error');
    const said = errors.map((message) => `${names.get(message.url) ?? message.url}:${message.lastLine}: ${message.message} [${(message.extract ?? '').trim().slice(0, 100)}]`);
    assert.deepEqual([...new Set(said)], []);
    // A checker that finds nothing anywhere is broken.
    const broken = join(folder, 'broken.html');
    writeFileSync(broken, '<!doctype html><html lang=en><title>x</title><p><table><tr><p></table></b>');
    const control = spawnSync('java', ['-jar', jar, '--format', 'json', broken], { encoding: 'utf8' });
    assert.notEqual(control.status, 0, 'the checker finds what is wrong');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
