// Lighthouse on the first page, the search and a case: `just lighthouse`. Not among the tests: it is a large package, and its
// figure for speed depends on what else the machine does.
import { spawnSync } from 'node:child_process';
import { serve } from './lib/site.mjs';

const least = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };
const chrome = process.env.CHROMIUM ?? '/usr/bin/chromium';
const site = await serve();
let missed = 0;
for (const path of ['/', '/search/', '/case/gb-ico-2020-001/']) {
  const run = spawnSync('npx', ['--yes', 'lighthouse@12', site.address + path, '--quiet', '--output=json', '--output-path=stdout',
    '--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'],
  { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, CHROME_PATH: chrome } });
  if (run.status !== 0) throw new Error(`lighthouse ended with ${run.status}: ${run.stderr.slice(-2000)}`);
  const report = JSON.parse(run.stdout);
  const scores = Object.entries(least).map(([name, wanted]) => {
    const score = Math.round(report.categories[name].score * 100);
    const lacking = Object.values(report.categories[name].auditRefs).map(({ id, weight }) => ({ weight, audit: report.audits[id] }))
      .filter(({ weight, audit }) => weight > 0 && audit.score !== null && audit.score < 1).map(({ audit }) => audit.id);
    if (score < wanted) missed += 1;
    return `${name} ${score}${score < wanted ? ` (at least ${wanted}; ${lacking.join(', ')})` : ''}`;
  });
  console.log(`${path}: ${scores.join(', ')}`);
}
await site.close();
process.exitCode = missed ? 1 : 0;
