import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningPlumbline } from './running-plumbline.ts';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const GUIDE = readFileSync(join(ROOT, 'docs', 'guides', 'unknown-system.md'), 'utf8');

let dataFolder: string;
let plumbline: RunningPlumbline;

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-guide-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

/** What the guide says that its lines print: the indented blocks after the start. */
function readPromises(): string[] {
  return GUIDE.slice(GUIDE.indexOf('## 2.'))
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim());
}

it('does what the guide to an unknown system says, line by line, on an empty data folder', () => {
  const blocks = [...GUIDE.matchAll(/^```bash\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  // Without -e: some lines of the guide fail on purpose, and what they say is promised. The command itself, because npx
  // takes a second for each; only its name differs.
  const plumblineCommand = `npx() { shift; node ${join(ROOT, 'server', 'bin', 'plumbline.mjs')} "$@"; }\n`;
  const run = spawnSync('bash', ['-c', `exec 2>&1\n${plumblineCommand}${blocks.join('')}`], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'],
      PLUMBLINE_DATA: dataFolder,
    },
  });
  const said = run.stdout.split('\n').map((line) => line.trim());
  // Ids and addresses differ from run to run; the guide writes dots for them, so the parts between the dots count.
  const missing = readPromises().filter((promise) => {
    const parts = promise.split('...').map((part) => part.trim());
    return !said.some((line) => parts.every((part) => line.includes(part)));
  });
  expect({ missing, said: missing.length === 0 ? [] : said }).toEqual({ missing: [], said: [] });
});
