import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, refusal } from '../../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../../test/support/registry-world.ts';
import type { Answer } from '../../../test/support/test-api.ts';

let world: RegistryWorld;
beforeAll(async () => {
  world = await openRegistryWorld();
});
afterAll(() => world.api.close());

describe('programs', () => {
  test('the preset writes a default deal that is in force from the beginning', async () => {
    const { deal } = (
      await world.post('/v1/programs', { name: 'With preset', vertical: 'forex', baseCurrency: 'EUR' })
    ).body;
    expect(deal).toMatchObject({
      partnerId: null,
      version: 1,
      effectiveFrom: null,
      document: { currency: 'EUR' },
    });
    expect(
      (await world.post('/v1/programs', { name: 'Without', vertical: 'forex', preset: false })).body.deal,
    ).toBeNull();
  });

  test.each([
    ['forex', ['per_lot', 'cpa'], 'registration'],
    ['igaming', ['cpa', 'revshare'], 'registration'],
    ['prop', ['purchase_share'], 'first_purchase'],
  ])('a program of the vertical %s begins with a deal of its kind', async (vertical, kinds, finality) => {
    const made = (await world.post('/v1/programs', { name: vertical, vertical })).body;
    expect(made.deal.document.components.map(({ kind }: { kind: string }) => kind)).toEqual(kinds);
    expect(made).toMatchObject({ vertical, attribution: { finality } });
    const said = { name: vertical, vertical, attribution: { finality: 'registration' } };
    expect((await world.post('/v1/programs', said)).body.attribution.finality).toBe('registration');
  });

  test.each([
    ['an unknown currency', { baseCurrency: 'XXX' }, 422, 'bad_currency'],
    ['an unknown zone', { zone: 'Mars/Base' }, 422, 'bad_value'],
    ['a clock without a sandbox', { clockAt: '2026-01-01T00:00:00Z' }, 422, 'clock_without_sandbox'],
    [
      'a date that does not exist',
      { sandbox: true, clockAt: '2026-02-30T00:00:00Z' },
      422,
      'invalid_request',
    ],
    ['a time without a zone', { sandbox: true, clockAt: '2026-02-01T00:00:00' }, 422, 'invalid_request'],
  ])('refuses %s', async (_name, more, status, code) => {
    expect(refusal(await world.post('/v1/programs', { name: 'x', vertical: 'forex', ...more }))).toEqual([
      status,
      code,
    ]);
  });

  test('a slug is taken once', async () => {
    await world.makeProgram({ slug: 'one-slug' });
    expect(
      refusal(await world.post('/v1/programs', { name: 'x', vertical: 'forex', slug: 'one-slug' })),
    ).toEqual([409, 'slug_taken']);
  });

  test('a list is read page by page, each program once', async () => {
    for (let n = 0; n < 5; n += 1) await world.makeProgram({ name: `paged ${n}` });
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer = await world.api.call(
        'GET',
        `/v1/programs?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
      );
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      names.push(...page.body.items.map((item: { name: string }) => item.name));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(names.filter((name) => name.startsWith('paged'))).toEqual([
      'paged 4',
      'paged 3',
      'paged 2',
      'paged 1',
      'paged 0',
    ]);
  });

  test('a change of attribution makes decisions due, a new name does not', async () => {
    const id = await world.makeProgram();
    const before = await world.versions(id);
    await world.api.call('PATCH', `/v1/programs/${id}`, { body: { name: 'Renamed' } });
    expect(await world.versions(id)).toEqual({ facts: before.facts, registry: before.registry + 1 });
    await world.api.call('PATCH', `/v1/programs/${id}`, { body: { attribution: { windowDays: 30 } } });
    expect(await world.versions(id)).toEqual({ facts: before.facts + 1, registry: before.registry + 2 });
  });
});

describe('a change of settings', () => {
  const change = (id: string, body: object): Promise<Answer> =>
    world.api.call('PATCH', `/v1/programs/${id}`, { body });

  test('keeps what it does not name', async () => {
    const id = await world.makeProgram({
      attribution: { windowDays: 30, winner: 'last_click', approval: 'required' },
      geo: { blocked: ['US'], countryFrom: ['kyc'] },
      creatives: { approvalRequired: true, strikesToSuspend: 3 },
      links: { allowedHosts: ['broker.example'] },
      dormancy: { dormantAfterDays: 10, churnedAfterDays: 20 },
    });
    const changed = await change(id, {
      attribution: { windowDays: 45 },
      geo: { licensed: ['DE'] },
      creatives: { strikesToSuspend: null },
      links: {},
      dormancy: { churnedAfterDays: 40 },
    });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      attribution: { windowDays: 45, winner: 'last_click', finality: 'registration', approval: 'required' },
      geo: { licensed: ['DE'], blocked: ['US'], countryFrom: ['kyc'] },
      creatives: { approvalRequired: true, strikesToSuspend: null },
      links: { allowedHosts: ['broker.example'] },
      dormancy: { dormantAfterDays: 10, churnedAfterDays: 40 },
    });
  });

  test('is judged together with what stays', async () => {
    const id = await world.makeProgram({ dormancy: { dormantAfterDays: 10, churnedAfterDays: 20 } });
    expect(refusal(await change(id, { dormancy: { dormantAfterDays: 20 } }))).toEqual([
      422,
      'dormancy_out_of_order',
    ]);
    expect(refusal(await change(id, { attribution: { widowDays: 5 } }))).toEqual([422, 'invalid_request']);
  });
});

describe('the clock of a sandbox', () => {
  const move = (id: string, at: string): Promise<Answer> => world.post(`/v1/programs/${id}/clock`, { at });

  test('goes forward only, and every move is recorded', async () => {
    const id = await world.makeProgram({ sandbox: true });
    expect((await move(id, '2026-05-01T00:00:00Z')).body).toMatchObject({
      clockAt: '2026-05-01T00:00:00.000Z',
      dueLeft: 0,
    });
    expect((await move(id, '2026-05-01T00:00:00Z')).status).toBe(200);
    expect(refusal(await move(id, '2026-04-30T23:59:59Z'))).toEqual([409, 'clock_goes_forward_only']);
    const rows = await world.api.database.owner(
      `select from program_clock_move where replace(program_id::text, '-', '') = $1`,
      [id.slice(4)],
    );
    expect(rows).toHaveLength(2);
  });

  test('is refused for a program that follows real time', async () => {
    expect(refusal(await move(await world.makeProgram(), '2026-05-01T00:00:00Z'))).toEqual([
      409,
      'not_a_sandbox',
    ]);
    expect(refusal(await move(`prg_${'0'.repeat(32)}`, '2026-05-01T00:00:00Z'))).toEqual([
      404,
      'program_not_found',
    ]);
  });

  test('cannot be started when real time has decided something', async () => {
    const id = await world.makeProgram({ sandbox: true });
    const uuid = id.slice(4);
    await world.api.database.owner(
      `insert into decision (lane, id, program_id, kind, subject, effective_at, recorded_at, recorded_by) values (7, gen_random_uuid(), $1::uuid, 'hold_release', '{}', now(), now(), 'job')`,
      [uuid],
    );
    expect(refusal(await move(id, '2026-05-01T00:00:00Z'))).toEqual([409, 'clock_started']);
  });
});
