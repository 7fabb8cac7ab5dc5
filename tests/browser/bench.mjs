// What an exported site of so many cases costs: `node bench.mjs 3000 20000`. The cases are made from the shipped ones, with
// other ids, dates, amounts and parties, and with their summaries' sentences mixed. Prints a table, and with `--write`
// puts it into docs/performance.md, between the lines that name this file.
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { launch } from './lib/site.mjs';

const root = join(import.meta.dirname, '../..');
const program = process.env.PREVIEW ?? join(root, 'target/release/examples/preview');
const engine = process.env.FINEPRINT_SEARCH_ENGINE ?? join(root, 'target/browser-engine');
const sizes = process.argv.slice(2).filter((word) => /^[0-9]+$/.test(word)).map(Number);

const shipped = readdirSync(join(root, 'data/cases')).flatMap((authority) =>
  readdirSync(join(root, 'data/cases', authority)).map((file) => JSON.parse(readFileSync(join(root, 'data/cases', authority, file), 'utf8'))))
  .filter((one) => (one.record?.state ?? 'active') === 'active');
const sentences = shipped.flatMap((one) => (one.summary ?? '').split(/(?<=\.) /)).filter(Boolean);

// A small generator with a fixed seed: the same cases every time.
let seed = 20220415;
const random = (below) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};

function make(folder, count) {
  for (let at = 0; at < count; at += 1) {
    const one = structuredClone(shipped[random(shipped.length)]);
    one.id = `${one.authority}-gen-${at}`;
    delete one.aliases;
    one.summary = [0, 1, 2].map(() => sentences[random(sentences.length)]).join(' ');
    for (const party of one.parties ?? []) {
      if (typeof party.name === 'string' && random(3) > 0) {
        party.name = `${party.name} ${at % 97}`;
        party.id = `${party.id}-${at % 97}`;
      }
    }
    for (const event of one.ledger ?? []) {
      if (event.amount?.amount_minor) event.amount.amount_minor = Math.max(100, Math.round(event.amount.amount_minor * (0.5 + random(100) / 60)));
    }
    delete one.turnover_share;
    const into = join(folder, one.authority);
    if (!existsSync(into)) mkdirSync(into, { recursive: true });
    writeFileSync(join(into, `${one.id}.json`), JSON.stringify(one));
  }
}

function run(cases, out) {
  const started = performance.now();
  const done = spawnSync(program, [out], { encoding: 'utf8', env: { ...process.env, FINEPRINT_CASES: cases, FINEPRINT_SEARCH_ENGINE: engine } });
  if (done.status !== 0) throw new Error(done.stderr);
  return { seconds: (performance.now() - started) / 1000, said: done.stdout.trim() };
}

async function measure(out) {
  let moved = 0;
  const server = createServer((request, response) => {
    let file = join(out, normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)));
    try {
      if (statSync(file).isDirectory()) file = join(file, 'index.html');
      const body = readFileSync(file);
      if (!/\.(html|css|woff2|svg)$/.test(file)) moved += body.length;
      const kind = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json' }[file.slice(file.lastIndexOf('.'))];
      response.writeHead(200, kind ? { 'content-type': kind } : {}).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/search/`);
  await page.waitForLoadState('networkidle');
  moved = 0;
  const timed = (query) => page.evaluate(async (q) => {
    const started = performance.now();
    const reply = await globalThis.fineprintAsk('search/', new URLSearchParams({ q }).toString());
    if (reply.status !== 200) throw new Error(reply.body);
    return performance.now() - started;
  }, query);
  const first = await timed('patients');
  const firstMoved = moved;
  const keys = [];
  for (const word of ['health data of patients', 'cookies consent refused', 'security breach password', 'article:gdpr/32 sector:health', 'fine:>=1M camera']) {
    for (let length = 3; length <= word.length; length += 1) {
      if (/[:/]$|:[^ ]{0,4}$|gdpr\/?$|>=?$|sector:[^ ]*$|fine/.test(word.slice(0, length)) && length < word.length) continue;
      keys.push(await timed(word.slice(0, length)));
    }
  }
  keys.sort((a, b) => a - b);
  await browser.close();
  server.closeAllConnections();
  server.close();
  return { first, firstMoved, median: keys[keys.length >> 1], most: keys[Math.floor(keys.length * 0.95)], moved };
}

const rows = [];
for (const count of sizes) {
  const folder = mkdtempSync(join(tmpdir(), 'fineprint-bench-'));
  const [cases, out] = [join(folder, 'cases'), join(folder, 'site')];
  make(cases, count);
  const whole = run(cases, out);
  const authority = readdirSync(cases)[0];
  const file = join(cases, authority, readdirSync(join(cases, authority))[0]);
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), summary: 'Something else altogether.' }));
  const again = run(cases, out);
  const found = await measure(out);
  rows.push(`| ${count} | ${whole.seconds.toFixed(1)} s | ${again.seconds.toFixed(1)} s | ${(found.firstMoved / 1e6).toFixed(2)} MB | ${found.first.toFixed(0)} ms | ${found.median.toFixed(0)} ms | ${found.most.toFixed(0)} ms |`);
  process.stderr.write(`${whole.said}\n${again.said}\n`);
  rmSync(folder, { recursive: true });
}
const table = ['| cases | export | again after one change | fetched until the first answer | first answer | a keystroke, median | 95 of 100 |',
  '|---|---|---|---|---|---|---|', ...rows].join('\n');
process.stdout.write(`${table}\n`);
if (process.argv.includes('--write')) {
  const path = join(root, 'docs/performance.md');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '# Performance\n';
  const [start, end] = ['<!-- tests/browser/bench.mjs -->', '<!-- end of tests/browser/bench.mjs -->'];
  const section = `${start}\n## The exported site\n\nMade cases; Chromium on loopback; \`just bench-site\` prints it.\n\n${table}\n${end}`;
  const at = text.indexOf(start);
  writeFileSync(path, at < 0 ? `${text.trimEnd()}\n\n${section}\n` : text.slice(0, at) + section + text.slice(text.indexOf(end) + end.length));
}
