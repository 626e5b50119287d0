import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEmbeddedPostgres } from '../../src/platform/postgres/index.ts';
import { KEY, RunningPlumbline } from './running-plumbline.ts';

const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

let dataFolder: string;
let plumbline: RunningPlumbline;
const ids = { program: '', partner: '', deposit: '' };

async function call(
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, never> & { id: string; items: { eventId: string }[] }> {
  const answer = await fetch(`${plumbline.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Awaited<ReturnType<typeof call>>;
}

/** The command line as a person on this machine uses it: it finds server, key and database in the data folder. */
function plumblineCommand(...args: readonly string[]): { status: number | null; output: string } {
  const run = spawnSync(process.execPath, [join(ROOT, 'server/bin/plumbline.mjs'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], PLUMBLINE_DATA: dataFolder },
  });
  return { status: run.status, output: run.stdout + run.stderr };
}

beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-explain-'));
  plumbline = await RunningPlumbline.start({ dataFolder });
  ids.program = (
    await call('POST', '/v1/programs', { name: 'Journey', vertical: 'forex', sandbox: true })
  ).id;
  ids.partner = (await call('POST', '/v1/partners', { programId: ids.program, name: 'Leo' })).id;
  await call('POST', '/v1/sources', {
    programId: ids.program,
    slug: 'crm',
    preset: 'generic-s2s',
    registrar: true,
  });
  const identifiers = [{ namespace: 'customer', value: '100' }];
  const { items } = await call('POST', '/v1/events/batch', {
    source: 'crm',
    events: [
      { kind: 'registration', externalId: 'r-100', occurredAt: '2026-02-01T08:00:00Z', identifiers },
      {
        kind: 'deposit',
        externalId: 'd-100',
        occurredAt: '2026-02-02T08:00:00Z',
        identifiers,
        amount: '250',
        currency: 'USD',
      },
    ],
  });
  ids.deposit = items[1]?.eventId ?? '';
  await call('POST', '/v1/quiesce', {});
  const customers = await call('GET', `/v1/customers?programId=${ids.program}&search=100`);
  const customer = (customers.items as unknown as { id: string }[])[0];
  await call('POST', `/v1/customers/${customer?.id}/attributions`, {
    partnerId: ids.partner,
    effectiveFrom: null,
    reason: 'signed on paper',
  });
  await call('POST', '/v1/quiesce', {});
});
afterAll(async () => {
  await plumbline.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

describe('an operator at the command line', () => {
  it('has a deposit explained in sentences, and as data', () => {
    const said = plumblineCommand('explain', ids.deposit);
    expect(said).toMatchObject({ status: 0 });
    expect(said.output).toContain('pays 100.00 USD to Leo.');
    expect(said.output).toContain(
      'The first deposit of 250.00 USD qualified the customer on 2 February 2026; the CPA of 100.00 USD is paid once per customer.',
    );
    const data = JSON.parse(plumblineCommand('explain', ids.deposit, '--json').output) as {
      lines: { postings: { id: string }[] }[];
    };
    const commission = plumblineCommand('explain', data.lines[0]?.postings[0]?.id ?? '');
    expect(commission).toMatchObject({ status: 0 });
    expect(commission.output).toMatch(/^100\.00 USD for Leo:/);
    expect(plumblineCommand('explain', 'nonsense')).toMatchObject({
      status: 1,
      output: expect.stringContaining('neither the id of a commission') as string,
    });
  });

  it('verifies the books beside the running server, and gets exit code 1 and the name of what was flipped', async () => {
    const green = plumblineCommand('verify');
    expect(green).toMatchObject({
      status: 0,
      output: expect.stringContaining('The books agree with the evidence.') as string,
    });
    const owner = new pg.Client({ connectionString: findEmbeddedPostgres(dataFolder)?.url });
    await owner.connect();
    try {
      await owner.query(`update customer set summary = jsonb_set(summary, '{deposits,USD,total}', '"251"')`);
      const red = plumblineCommand('verify');
      expect(red.status).toBe(1);
      expect(red.output).toMatch(
        /DIFFERENT customer \(1\): summary of customer cus_\w+: deposits USD total is 251, the evidence gives 250/,
      );
    } finally {
      await owner.end();
    }
  });
});
