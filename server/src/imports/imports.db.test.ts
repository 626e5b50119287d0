import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../test/support/test-api.ts';
import type { TestApi } from '../../test/support/test-api.ts';
import { createRegistryCache } from '../registry/index.ts';
import { openCommitHouse } from '../pipeline/commit-deps.ts';
import { openDoor } from '../pipeline/intake/index.ts';
import { startRunner } from './runner.actions.ts';
import { openSpool } from './spool.client.ts';

let api: TestApi;
let programId: string;
let stopRunner: () => Promise<void>;

const MAPPING = {
  language: 1,
  name: 'ledger of a cashier',
  format: 'csv',
  csv: { totals: ['total'] },
  numbers: { decimal: ',', thousands: '.' },
  rules: [
    {
      name: 'deposit',
      when: [{ path: 'type', equals: 'deposit' }],
      event: {
        kind: { const: 'deposit' },
        recordType: { const: 'deposit' },
        externalId: 'id',
        occurredAt: { path: 'time', format: { pattern: 'D.M.YYYY H:mm' }, zone: { const: 'Europe/Berlin' } },
        identifiers: [{ namespace: { const: 'customer' }, value: 'player' }],
        amount: 'amount',
        currency: 'currency',
      },
      revisionOrder: { kind: 'arrival' },
    },
    {
      name: 'fees',
      when: [{ path: 'type', equals: 'fee' }],
      ignore: { reason: 'charge_row', detail: 'a fee' },
    },
  ],
};

const HEADER = 'id;type;player;time;amount;currency;password';
const row = (id: string, more: Partial<Record<'type' | 'player' | 'time' | 'amount', string>> = {}): string =>
  [
    id,
    more.type ?? 'deposit',
    more.player ?? '42',
    more.time ?? '1.3.2026 9:30',
    more.amount ?? '1.250,50',
    'EUR',
    'hunter2',
  ].join(';');

async function makeSource(slug: string, mapping: object = MAPPING): Promise<void> {
  const made = await api.call('POST', '/v1/sources', {
    body: { programId, slug, preset: 'generic-s2s', registrar: true, mapping },
  });
  expect(made.text).toContain(slug);
  expect(made.status).toBe(201);
}

beforeAll(async () => {
  api = await startTestApi({ fence: false });
  programId = (await api.call('POST', '/v1/programs', { body: { name: 'Files', vertical: 'forex' } })).body
    .id;
  await makeSource('cashier');
  const { context } = api;
  const { commit, rules } = openCommitHouse(context);
  const door = openDoor({ ...commit, elapsedMs: () => performance.now() });
  const runner = startRunner({
    db: context.db,
    clock: context.clock,
    log: context.log,
    registry: createRegistryCache(context.db),
    door,
    rules,
    hints: commit.hints,
    spool: await openSpool(context.config.dataFolder),
  });
  stopRunner = async () => {
    await runner.close();
    await door.close();
  };
});
afterAll(async () => {
  await stopRunner();
  await api.close();
});

const at = (source: string, rest = ''): string => `/v1/sources/${source}/imports${rest}`;

async function upload(text: string | Uint8Array, query = '', source = 'cashier') {
  return api.call('POST', at(source, query), { body: text, headers: { 'content-type': 'text/csv' } });
}

/** Looks until the import has ended; the test's own limit ends a run that never does. */
async function ended(source: string, id: string) {
  for (;;) {
    const { body } = await api.call('GET', at(source, `/${id}`));
    if (!['uploading', 'running'].includes(body.state)) return body;
  }
}

describe('importing a file', () => {
  test('a file with good, unwanted, unreadable and repeated rows is counted row by row, and comes back corrected', async () => {
    const file = [
      HEADER,
      row('a1'),
      row('a2', { amount: '12,5' }),
      row('f1', { type: 'fee' }),
      row('x1', { type: 'gift' }),
      row('x2', { amount: '12.5.1' }),
      'too;few',
      HEADER,
      row('a1'),
      '',
      'Total;;;;1.263,00;;',
    ].join('\r\n');
    const made = await upload(`\ufeff${file}`, '?name=march.csv');
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      state: 'ready',
      name: 'march.csv',
      dialect: { delimiter: ';', encoding: 'utf-8', corrected: false },
      fourEyes: false,
      sameAs: null,
    });
    const preview = await api.call('GET', at('cashier', `/${made.body.id}/preview`));
    expect(preview.body.columns.slice(0, 5)).toMatchObject([
      { column: 'id', read: true },
      { column: 'type', read: true },
      { column: 'player', read: true },
      { column: 'time', read: true, dates: 'D.M.YYYY' },
      { column: 'amount', read: true },
    ]);
    expect(preview.body.rows[0]).toMatchObject({
      row: 2,
      items: [
        { disposition: 'parked', reason: 'unknown_customer', event: { kind: 'deposit', amount: '1250.5' } },
      ],
    });
    expect(preview.text).not.toContain('hunter2');
    const started = await api.call('POST', at('cashier', `/${made.body.id}/start`));
    expect(started.body.state).toBe('running');
    const done = await ended('cashier', made.body.id);
    expect(done).toMatchObject({
      state: 'done',
      fileKept: false,
      progress: { rows: 9, counts: { parked: 2, ignored: 3, quarantined: 3, duplicate: 1 } },
    });
    expect(done.progress.reasons).toMatchObject({
      'ignored:charge_row': 1,
      'ignored:repeated_header': 1,
      'ignored:totals_row': 1,
      'quarantined:bad_row': 1,
    });
    const errors = await api.call('GET', at('cashier', `/${made.body.id}/errors.csv`));
    const lines = errors.text.trim().split('\r\n');
    expect(lines[0]).toBe(`plumbline_row;plumbline_reason;plumbline_problem;plumbline_fix;${HEADER}`);
    expect(lines.slice(1).map((line) => line.split(';')[0])).toEqual(['5', '6', '7']);
    expect(errors.text).not.toContain('hunter2');
    const corrected = [lines[0], lines[2]?.replaceAll('12.5.1', '12,51')].join('\r\n');
    const again = await upload(corrected, '?start=true');
    expect(again.body.dialect.corrected).toBe(true);
    expect((await ended('cashier', again.body.id)).progress.counts).toEqual({ parked: 1 });
  });

  test('a preview shows columns as read that the mapping reads in another case', async () => {
    const body = { programId, slug: 'players', preset: 'player-activity-csv', settings: {} };
    expect((await api.call('POST', '/v1/sources', { body })).status).toBe(201);
    const made = await upload('PlayerID,Net_Revenue,Currency,Colour\n1,2.5,EUR,red\n', '', 'players');
    const preview = await api.call('GET', at('players', `/${made.body.id}/preview`));
    expect(preview.body.columns.map((one: { read: boolean }) => one.read)).toEqual([true, true, true, false]);
    expect(preview.body.counts).toEqual({ parked: 1 });
  });

  test('another dialect for a file whose bytes are gone is refused in words', async () => {
    const made = await upload([HEADER, row('gone1')].join('\n'), '?start=true');
    expect((await ended('cashier', made.body.id)).fileKept).toBe(false);
    const changed = await api.call('PATCH', at('cashier', `/${made.body.id}`), { body: { delimiter: ',' } });
    expect(changed.status).toBe(422);
    expect(changed.body).toMatchObject({ code: 'no_file' });
  });

  test('the stored delivery is the header and the rows, less what may never be stored', async () => {
    const made = await upload([HEADER, row('stored1')].join('\n'), '?start=true');
    await ended('cashier', made.body.id);
    const { items } = (await api.call('GET', '/v1/deliveries?limit=1')).body;
    const delivery = await api.call('GET', `/v1/deliveries/${items[0].id}`);
    expect(delivery.body.feed).toBe('file');
    expect(delivery.text).toContain('stored1');
    expect(delivery.text).not.toContain('hunter2');
    expect((await api.call('GET', '/v1/conservation')).body.ok ?? true).toBe(true);
  });

  test('the same file again, and one that overlaps it, have no second effect', async () => {
    const first = await upload([HEADER, row('o1'), row('o2')].join('\n'), '?start=true');
    expect((await ended('cashier', first.body.id)).progress.counts).toEqual({ parked: 2 });
    const second = await upload(gzipSync([HEADER, row('o1'), row('o2')].join('\n')), '?start=true');
    expect(second.body.sameAs).toMatchObject({ id: first.body.id });
    expect((await ended('cashier', second.body.id)).progress.counts).toEqual({ duplicate: 2 });
    const third = await upload([HEADER, row('o2'), row('o3')].join('\n'), '?start=true');
    expect((await ended('cashier', third.body.id)).progress.counts).toEqual({ duplicate: 1, parked: 1 });
  });

  test('a dry run counts what would happen and stores nothing', async () => {
    await upload([HEADER, row('d1')].join('\n'), '?start=true').then(({ body }) => ended('cashier', body.id));
    const { asOf: _before, ...before } = (await api.call('GET', '/v1/conservation')).body;
    const made = await upload(
      [HEADER, row('d1'), row('d1', { amount: '3,00' }), row('d2'), row('d3', { time: 'soon' })].join('\n'),
      '?dryRun=true',
    );
    const tried = await ended('cashier', made.body.id);
    expect(tried).toMatchObject({
      state: 'previewed',
      dryRun: true,
      progress: { counts: { duplicate: 1, revised: 1, parked: 1, quarantined: 1 } },
    });
    expect((await api.call('GET', '/v1/conservation')).body).toMatchObject(before);
    const errors = await api.call('GET', at('cashier', `/${made.body.id}/errors.csv`));
    expect(errors.text).toContain('5;bad_time');
    const started = await api.call('POST', at('cashier', `/${made.body.id}/start`));
    expect(started.body).toMatchObject({ dryRun: false, progress: { rows: 0 } });
    expect((await ended('cashier', made.body.id)).progress.counts).toEqual(tried.progress.counts);
  });

  test('a row in another encoding spoils no other row', async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${HEADER}\n${row('e1')}\n`),
      Buffer.from(`${row('e2', { player: 'J\u00f6rg' })}\n`, 'latin1'),
      Buffer.from(`${row('e3')}\n`),
    ]);
    // Said to be UTF-8, because the look at the first bytes would find the other encoding.
    const made = await upload(bytes, '?start=true&encoding=utf-8');
    const done = await ended('cashier', made.body.id);
    const counts = done.progress.counts;
    expect(counts.parked).toBe(2);
    expect((counts.refused ?? 0) + (counts.quarantined ?? 0)).toBe(1);
    const errors = await api.call('GET', at('cashier', `/${made.body.id}/errors.csv`));
    expect(errors.text.split('\r\n')[1]).toMatch(/^3;bad_encoding;/);
    const guessed = await upload(bytes, '?start=true');
    expect(guessed.body.dialect.encoding).toBe('windows-1252');
    expect((await ended('cashier', guessed.body.id)).progress.counts).toEqual({ duplicate: 2, parked: 1 });
  });

  test('UTF-16 as spreadsheets save it is read', async () => {
    const text = `\ufeff${[HEADER.replaceAll(';', '\t'), row('u1', { player: 'Jörg' }).replaceAll(';', '\t')].join('\r\n')}\r\n`;
    const made = await upload(Buffer.from(text, 'utf16le'), '?start=true');
    expect(made.body.dialect).toMatchObject({ encoding: 'utf-16le', delimiter: '\t' });
    expect((await ended('cashier', made.body.id)).progress.counts).toEqual({ parked: 1 });
  });

  test('parts are put together, a wrong offset is told, and the same part again is safe', async () => {
    const text = [HEADER, row('p1'), row('p2')].join('\n');
    const made = await api.call('POST', at('cashier', '?parts=true&name=parts.csv'), {
      body: '',
      headers: { 'content-type': 'text/csv' },
    });
    expect(made.body).toMatchObject({ state: 'uploading', receivedBytes: 0 });
    const put = (offset: number, part: string, last = false) =>
      api.call('PUT', at('cashier', `/${made.body.id}/content?offset=${offset}${last ? '&last=true' : ''}`), {
        body: part,
        headers: { 'content-type': 'application/octet-stream' },
      });
    expect((await put(0, text.slice(0, 50))).body.receivedBytes).toBe(50);
    expect(await put(20, text.slice(20))).toMatchObject({ status: 409, body: { code: 'wrong_offset' } });
    expect((await put(50, text.slice(50), true)).body).toMatchObject({
      state: 'ready',
      sizeBytes: text.length,
    });
    await api.call('POST', at('cashier', `/${made.body.id}/start`));
    expect((await ended('cashier', made.body.id)).progress.counts).toEqual({ parked: 2 });
  });

  test('a form with a file is taken as browsers send it', async () => {
    const form = new FormData();
    form.append('file', new Blob([[HEADER, row('m1')].join('\n')]), 'from-a-form.csv');
    const answer = await fetch(`${api.address}${at('cashier')}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.key}` },
      body: form,
    });
    expect(await answer.json()).toMatchObject({ state: 'ready', name: 'from-a-form.csv' });
  });

  test('a header that the mapping does not know, an empty file and a broken gzip are refused with what to do', async () => {
    const unknown = await upload('foo;bar\n1;2\n', '?start=true');
    const done = await ended('cashier', unknown.body.id);
    expect(done.progress.counts.quarantined ?? done.progress.counts.refused).toBeGreaterThan(0);
    expect(await upload('')).toMatchObject({ status: 422, body: { code: 'empty_file' } });
    const broken = gzipSync('x'.repeat(10_000)).subarray(0, 30);
    expect(await upload(broken)).toMatchObject({ status: 422, body: { code: 'unreadable_file' } });
    expect(await upload(HEADER, '?feed=none')).toMatchObject({
      status: 404,
      body: { code: 'feed_not_found' },
    });
  });

  test('JSON lines in our own shape are imported, and a broken line spoils no other', async () => {
    await makeSource('own', { language: 1, name: 'own', format: 'canonical' });
    const event = (id: string): string =>
      JSON.stringify({
        kind: 'deposit',
        externalId: id,
        occurredAt: '2026-02-02T08:00:00Z',
        identifiers: [{ namespace: 'customer', value: '1' }],
        amount: '5',
        currency: 'EUR',
      });
    const made = await upload([event('j1'), '{"broken":', event('j2')].join('\n'), '?start=true', 'own');
    expect(made.body.dialect).toMatchObject({ format: 'jsonl' });
    const done = await ended('own', made.body.id);
    expect(done.progress).toMatchObject({ rows: 3, counts: { parked: 2, refused: 1 } });
  });

  test('a feed that asks for a second person starts only after somebody else agreed', async () => {
    const feed = await api.call('POST', '/v1/sources/cashier/feeds', {
      body: {
        name: 'payments',
        kind: 'file',
        verification: { scheme: 'none' },
        settings: { files: { fourEyes: true } },
      },
    });
    expect(feed.status).toBe(201);
    const made = await upload([HEADER, row('y1')].join('\n'), '?feed=payments');
    expect(made.body.fourEyes).toBe(true);
    const path = at('cashier', `/${made.body.id}`);
    expect(await api.call('POST', `${path}/start`)).toMatchObject({
      status: 409,
      body: { code: 'approval_missing' },
    });
    expect(await api.call('POST', `${path}/approve`)).toMatchObject({
      status: 403,
      body: { code: 'person_needed' },
    });
    expect((await api.call('POST', `${path}/start?dryRun=true`)).status).toBe(200);
    expect((await ended('cashier', made.body.id)).state).toBe('previewed');
    await api.database.owner(
      `update import set approved_by = 'usr_x', approved_at = now() where name = 'upload' and feed = 'payments'`,
    );
    expect((await api.call('POST', `${path}/start`)).status).toBe(200);
    expect((await ended('cashier', made.body.id)).progress.counts).toEqual({ parked: 1 });
  });

  test('two imports at once of overlapping files have one effect for each row', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => row(`t${index}`));
    const made = await Promise.all([
      upload([HEADER, ...rows.slice(0, 4_000)].join('\n'), '?start=true'),
      upload([HEADER, ...rows.slice(1_000).toReversed()].join('\n'), '?start=true'),
    ]);
    const done = await Promise.all(made.map(({ body }) => ended('cashier', body.id)));
    const sum = (name: string): number =>
      done.reduce((all, { progress }) => all + (progress.counts[name] ?? 0), 0);
    expect([sum('parked'), sum('duplicate')]).toEqual([5_000, 3_000]);
    const [{ count } = { count: -1 }] = await api.database.owner<{ count: number }>(
      `select count(*)::int as count from event where external_id like 't%'`,
    );
    expect(count).toBe(5_000);
  });

  test('cancelling stops at a slice, and resuming goes on there', async () => {
    const made = await upload([HEADER, row('c1')].join('\n'));
    const path = at('cashier', `/${made.body.id}`);
    expect((await api.call('POST', `${path}/cancel`)).body.state).toBe('cancelled');
    expect(await api.call('POST', `${path}/start`)).toMatchObject({
      status: 409,
      body: { code: 'wrong_state' },
    });
    expect((await api.call('POST', `${path}/resume`)).body.state).toBe('running');
    expect((await ended('cashier', made.body.id)).progress.counts).toEqual({ parked: 1 });
  });

  test('imports are listed newest first, in pages', async () => {
    const first = await api.call('GET', at('cashier', '?limit=2'));
    const second = await api.call('GET', at('cashier', `?limit=2&cursor=${first.body.nextCursor}`));
    const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(ids).toEqual(ids.toSorted().toReversed());
  });
});
