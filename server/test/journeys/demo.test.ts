import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './running-plumbline.ts';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Demo {
  readonly said: () => string;
  readonly code: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

/** `npm run demo` as a person types it, in a process group of its own, as a terminal would make one. */
function runDemo(data: string, ...options: readonly string[]): Demo {
  const child = spawn('npm', ['run', 'demo', '--', '--data', data, ...options], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A stranger's settings: the demo must touch neither this database nor this data folder.
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      PORT: '0',
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
      PLUMBLINE_DATA: join(folder, 'of-somebody-else'),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return {
    said: () => output,
    code: new Promise((ended) => child.once('close', ended)),
    signal: (signal) => process.kill(-(child.pid ?? 0), signal),
  };
}

/** Processes that name the data folder: whatever of the demo is still alive. */
function survivors(data: string): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'stat=,args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(data) && !line.trimStart().startsWith('Z'));
}

/** The table of what the partners earned. */
function sumsIn(output: string): string {
  return output.split('What the partners earned')[1]?.split('Do the books')[0] ?? '';
}

describe('npm run demo', () => {
  it("tells a broker's story, takes an outage, and ends with conserved items and books that equal the evidence", async () => {
    const data = join(folder, 'first');
    const demo = runDemo(data, '--minutes', '0.1', '--rate', '30', '--seed', '3');
    expect(await demo.code, demo.said()).toBe(0);
    expect(demo.said()).toMatch(/Open the console +http:\/\/127\.0\.0\.1:\d+\/console/);
    expect(demo.said()).toContain('killed with -9');
    expect(demo.said()).toContain('Yes: both sums hold.');
    expect(demo.said()).toContain('The books agree with the evidence.');
    expect(demo.said()).toContain('Yes: the books equal a recomputation from the evidence.');
    expect(sumsIn(demo.said())).toMatch(/all partners +USD +[\d,]+\.\d\d +[\d,]+\.\d\d +[\d,]+\.\d\d/);
    expect(existsSync(join(folder, 'of-somebody-else'))).toBe(false);
    expect(survivors(data)).toEqual([]);

    const again = runDemo(join(folder, 'second'), '--minutes', '0.1', '--rate', '30', '--seed', '3');
    expect(await again.code, again.said()).toBe(0);
    expect(sumsIn(again.said())).toBe(sumsIn(demo.said()));
  });

  it('stops on Ctrl-C, leaves nothing running, begins anew on the folder that it left, and lets a running one alone', async () => {
    const data = join(folder, 'stopped');
    const demo = runDemo(data, '--minutes', '5');
    await until('the broker is at work', async () => demo.said().includes('The broker is at work'));
    demo.signal('SIGINT');
    expect(await demo.code, demo.said()).toBe(130);
    expect(survivors(data)).toEqual([]);
    const kept = runDemo(data, '--minutes', '0.05', '--rate', '5', '--keep');
    await until('everything keeps running', async () => kept.said().includes('Everything keeps running'));
    const [, url = ''] = /ready at (http:\S+)/.exec(kept.said()) ?? [];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const second = runDemo(data, '--minutes', '0.05');
    expect(await second.code).toBe(1);
    expect(second.said()).toContain(`Plumbline is running on ${data}`);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    kept.signal('SIGINT');
    expect(await kept.code, kept.said()).toBe(0);
    expect(survivors(data)).toEqual([]);
  });

  it('empties no folder that is not its own', async () => {
    writeFileSync(join(folder, 'thesis.txt'), 'years of work');
    const demo = runDemo(folder, '--minutes', '0.05');
    expect(await demo.code).toBe(1);
    expect(demo.said()).toContain('is not empty and not of a demo, so it is not touched');
    expect(readdirSync(folder)).toEqual(['thesis.txt']);
  });
});
