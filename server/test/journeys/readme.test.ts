import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RunningPlumbline } from './running-plumbline.ts';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

let dataFolder: string;
let plumbline: RunningPlumbline;

/** The bash blocks of the README, in order, with the data folder of this test in place of the default one. */
function readRoad(): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```bash\n(.*?)^```$/gms)].map((match) => match[1] ?? '');
  return blocks.join('').replaceAll('./.plumbline/', `${dataFolder}/`);
}

/** What the README says that the lines print: its indented blocks, less those before the road begins. */
function readPromises(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const road = readme.slice(readme.indexOf('## The road'), readme.indexOf('## Where things are'));
  return road
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim());
}

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-readme-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

it('does what the README says, line by line, on an empty data folder', () => {
  const run = spawnSync('bash', ['-e', '-c', readRoad()], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`,
      HOME: process.env['HOME'],
      PLUMBLINE_DATA: dataFolder,
    },
  });
  expect(run.status, run.stderr).toBe(0);
  const said = run.stdout.split('\n').map((line) => line.trim());
  // Ids differ from run to run; the README shortens them and long lines with dots, so the text before the dots counts.
  const missing = readPromises().filter((promise) => {
    const [start = ''] = promise.split('...');
    return start !== '' && !said.some((line) => line.startsWith(start.replace(/evt_\w+$/, 'evt_')));
  });
  expect({ missing, said: missing.length === 0 ? [] : said }).toEqual({ missing: [], said: [] });
});
