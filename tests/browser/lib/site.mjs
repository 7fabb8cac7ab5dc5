// What the journeys share: the served site, the exported site on a plain file server, and a browser.
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

const program = process.env.FINEPRINT ?? join(import.meta.dirname, '../../../target/debug/fineprint');
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** `fineprint serve` on a free port of this machine; with a knowledge base of its own where one is given. */
export async function serve(kb) {
  const more = kb ? ['--kb', kb] : [];
  const server = spawn(program, ['serve', '--listen', '127.0.0.1:0', ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
  const address = await new Promise((resolve, reject) => {
    let said = '';
    const listen = (chunk) => {
      said += chunk;
      const found = said.match(/http:\/\/127\.0\.0\.1:[0-9]+/);
      if (found) resolve(found[0]);
    };
    server.stdout.on('data', listen);
    server.stderr.on('data', listen);
    server.on('exit', (code) => reject(new Error(`fineprint serve ended with ${code}: ${said}`)));
    setTimeout(() => reject(new Error(`fineprint serve named no address within 60 s: ${said}`)), 60_000).unref();
  });
  return {
    address,
    async close() {
      const ended = new Promise((resolve) => server.on('exit', resolve));
      server.kill('SIGTERM');
      return ended;
    },
  };
}

const types = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.csv': 'text/csv', '.xml': 'application/xml', '.atom': 'application/atom+xml', '.txt': 'text/plain',
  '.woff2': 'font/woff2', '.png': 'image/png',
};

/**
 * The exported site behind a file server that knows nothing but files. `prefix` puts it into a sub-folder of the host;
 * `engine` is the folder of the search engine to ship, `records` a file of cases instead of the built-in ones, `today` the
 * day to export for, `ranges` whether the server answers with parts of files.
 */
export async function exported(prefix = '', { engine = 'none', records, today, ranges = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fineprint-site-'));
  const out = join(folder, 'site');
  const env = { ...process.env, FINEPRINT_SEARCH_ENGINE: engine };
  if (today) env.SOURCE_DATE_EPOCH = String(Date.parse(`${today}T12:00:00Z`) / 1000);
  const command = (...args) => {
    const run = spawnSync(program, args, { encoding: 'utf8', env });
    if (run.status !== 0) throw new Error(`fineprint ${args[0]} ended with ${run.status}: ${run.stderr}`);
  };
  if (records) {
    env.FINEPRINT_KB = join(folder, 'kb');
    command('ingest', records);
  }
  command('site', out);
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    if (!path.startsWith(`${prefix}/`)) return response.writeHead(404).end();
    let file = join(out, normalize(path.slice(prefix.length)));
    try {
      if (statSync(file).isDirectory()) file = join(file, 'index.html');
      const body = readFileSync(file);
      const kind = { 'content-type': types[extname(file)] ?? 'application/octet-stream' };
      const [, from, to] = (ranges && request.headers.range?.match(/^bytes=([0-9]+)-([0-9]+)$/)) || [];
      if (from) {
        const part = body.subarray(Number(from), Number(to) + 1);
        return response.writeHead(206, { ...kind, 'content-range': `bytes ${from}-${to}/${body.length}` }).end(part);
      }
      response.writeHead(200, ranges ? { ...kind, 'accept-ranges': 'bytes' } : kind).end(body);
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}${prefix}`,
    folder: out,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

/** A browser without a network of its own. */
export function launch() {
  return chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

/** A page that remembers every complaint: console errors, exceptions, failed and foreign requests. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error}`));
  page.on('requestfailed', (request) => {
    // A page that is left behind drops what it was loading.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}`);
  });
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1[:/]|data:)/.test(request.url())) complaints.push(`foreign request: ${request.url()}`);
  });
  return { page, complaints, close: () => context.close() };
}

/** Violations of WCAG 2.2 A and AA that axe-core finds, one line each. */
export async function accessibilityViolations(page) {
  // Evaluated by the debugger, so the page's own policy does not stand in the way.
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
}

/** A knowledge base of records, in a folder that `remove` takes away. */
export function knowledgeBase(records) {
  const parent = mkdtempSync(join(tmpdir(), 'fineprint-kb-'));
  const folder = join(parent, 'kb');
  const made = spawnSync(program, ['init', folder], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`fineprint init ended with ${made.status}: ${made.stderr}`);
  for (const record of records) {
    mkdirSync(join(folder, 'cases', record.authority), { recursive: true });
    writeFileSync(join(folder, 'cases', record.authority, `${record.id}.json`), JSON.stringify(record));
  }
  return { folder, remove: () => rmSync(parent, { recursive: true }) };
}
