import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi } from '../../test/support/test-api.ts';
import type { Answer, TestApi } from '../../test/support/test-api.ts';

let api: TestApi;
let programId: string;
beforeAll(async () => {
  api = await startTestApi();
  programId = await makeProgram({ sandbox: true });
});
afterAll(() => api.close());

const post = (path: string, body: unknown): Promise<Answer> => api.call('POST', path, { body });

async function makeProgram(more: object = {}): Promise<string> {
  return (await post('/v1/programs', { name: 'Acme FX', vertical: 'forex', ...more })).body.id;
}

async function makePartner(name: string, more: object = {}): Promise<string> {
  const answer = await post('/v1/partners', { programId, name, ...more });
  expect([answer.status, answer.body?.detail]).toEqual([201, undefined]);
  return answer.body.id;
}

async function versions(id = programId): Promise<{ facts: number; registry: number }> {
  const rows = await api.database.owner<{ facts: number; registry: number }>(
    `select facts_version as facts, registry_version as registry from program where replace(id::text, '-', '') = $1`,
    [id.slice(4)],
  );
  return rows[0] ?? { facts: 0, registry: 0 };
}

function refusal(answer: Answer): [number, string] {
  return [answer.status, answer.body?.code];
}

describe('programs', () => {
  test('the preset writes a default deal that is in force from the beginning', async () => {
    const { deal } = (
      await post('/v1/programs', { name: 'With preset', vertical: 'forex', baseCurrency: 'EUR' })
    ).body;
    expect(deal).toMatchObject({
      partnerId: null,
      version: 1,
      effectiveFrom: null,
      document: { currency: 'EUR' },
    });
    expect(
      (await post('/v1/programs', { name: 'Without', vertical: 'forex', preset: false })).body.deal,
    ).toBeNull();
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
    expect(refusal(await post('/v1/programs', { name: 'x', vertical: 'forex', ...more }))).toEqual([
      status,
      code,
    ]);
  });

  test('a slug is taken once', async () => {
    await makeProgram({ slug: 'one-slug' });
    expect(refusal(await post('/v1/programs', { name: 'x', vertical: 'forex', slug: 'one-slug' }))).toEqual([
      409,
      'slug_taken',
    ]);
  });

  test('a list is read page by page, each program once', async () => {
    for (let n = 0; n < 5; n += 1) await makeProgram({ name: `paged ${n}` });
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Answer = await api.call(
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
    const id = await makeProgram();
    const before = await versions(id);
    await api.call('PATCH', `/v1/programs/${id}`, { body: { name: 'Renamed' } });
    expect(await versions(id)).toEqual({ facts: before.facts, registry: before.registry + 1 });
    await api.call('PATCH', `/v1/programs/${id}`, { body: { attribution: { windowDays: 30 } } });
    expect(await versions(id)).toEqual({ facts: before.facts + 1, registry: before.registry + 2 });
  });
});

describe('the clock of a sandbox', () => {
  const move = (id: string, at: string): Promise<Answer> => post(`/v1/programs/${id}/clock`, { at });

  test('goes forward only, and every move is recorded', async () => {
    const id = await makeProgram({ sandbox: true });
    expect((await move(id, '2026-05-01T00:00:00Z')).body).toMatchObject({
      clockAt: '2026-05-01T00:00:00.000Z',
      dueLeft: 0,
    });
    expect((await move(id, '2026-05-01T00:00:00Z')).status).toBe(200);
    expect(refusal(await move(id, '2026-04-30T23:59:59Z'))).toEqual([409, 'clock_goes_forward_only']);
    const rows = await api.database.owner(
      `select from program_clock_move where replace(program_id::text, '-', '') = $1`,
      [id.slice(4)],
    );
    expect(rows).toHaveLength(2);
  });

  test('is refused for a program that follows real time', async () => {
    expect(refusal(await move(await makeProgram(), '2026-05-01T00:00:00Z'))).toEqual([409, 'not_a_sandbox']);
    expect(refusal(await move(`prg_${'0'.repeat(32)}`, '2026-05-01T00:00:00Z'))).toEqual([
      404,
      'program_not_found',
    ]);
  });

  test('cannot be started when real time has decided something', async () => {
    const id = await makeProgram({ sandbox: true });
    const uuid = id.slice(4);
    await api.database.owner(
      `insert into decision (lane, id, program_id, kind, subject, effective_at, recorded_at, recorded_by) values (7, gen_random_uuid(), $1::uuid, 'hold_release', '{}', now(), now(), 'job')`,
      [uuid],
    );
    expect(refusal(await move(id, '2026-05-01T00:00:00Z'))).toEqual([409, 'clock_started']);
  });
});

describe('partners and their tree', () => {
  test('two levels, read from both ends', async () => {
    const master = await makePartner('Master', { externalRef: 'M-1' });
    const sub = await makePartner('Sub', { parentId: master });
    expect((await api.call('GET', `/v1/partners/${sub}`)).body).toMatchObject({
      parentId: master,
      parents: [{ parentId: master, effectiveFrom: null }],
    });
    const tree = (await api.call('GET', `/v1/partners/${master}/tree`)).body;
    expect(tree.root).toMatchObject({ id: master, children: [{ id: sub, children: [] }] });
    expect((await api.call('GET', `/v1/partners/${sub}/tree`)).body.ancestors).toEqual([
      { id: master, name: 'Master' },
    ]);
    expect((await api.call('GET', '/v1/partners?search=M-1')).body.items).toHaveLength(1);
  });

  test('refuses a parent of another program, and a reference that is taken', async () => {
    const foreign = (await post('/v1/partners', { programId: await makeProgram(), name: 'Foreign' })).body.id;
    expect(refusal(await post('/v1/partners', { programId, name: 'x', parentId: foreign }))).toEqual([
      422,
      'unknown_partner',
    ]);
    await makePartner('Ref', { externalRef: 'R-1' });
    expect(refusal(await post('/v1/partners', { programId, name: 'x', externalRef: 'R-1' }))).toEqual([
      409,
      'external_ref_taken',
    ]);
  });

  test('a move is effective-dated, refused at a taken instant, and makes decisions due', async () => {
    const [a, b, child] = [await makePartner('A'), await makePartner('B'), await makePartner('Child')];
    const before = await versions();
    const moved = await post(`/v1/partners/${child}/parent`, {
      parentId: a,
      effectiveFrom: '2026-04-01T00:00:00Z',
    });
    expect([moved.status, (await versions()).facts]).toEqual([201, before.facts + 1]);
    expect(
      refusal(
        await post(`/v1/partners/${child}/parent`, { parentId: b, effectiveFrom: '2026-04-01T00:00:00Z' }),
      ),
    ).toEqual([409, 'instant_taken']);
    const parentAt = async (at: string) =>
      (await api.call('GET', `/v1/partners/${child}/tree?at=${at}`)).body.ancestors[0]?.name;
    expect([await parentAt('2026-03-31T23:59:59Z'), await parentAt('2026-04-01T00:00:00Z')]).toEqual([
      undefined,
      'A',
    ]);
  });

  test('refuses a circle at any later instant', async () => {
    const [a, b] = [await makePartner('Up'), await makePartner('Down')];
    await post(`/v1/partners/${b}/parent`, { parentId: a, effectiveFrom: '2026-06-01T00:00:00Z' });
    const answer = await post(`/v1/partners/${a}/parent`, {
      parentId: b,
      effectiveFrom: '2026-05-01T00:00:00Z',
    });
    expect(refusal(answer)).toEqual([409, 'hierarchy_cycle']);
    expect(answer.body.detail).toContain('2026-06-01');
    expect(
      refusal(await post(`/v1/partners/${a}/parent`, { parentId: a, effectiveFrom: '2026-05-01T00:00:00Z' })),
    ).toEqual([409, 'hierarchy_cycle']);
  });

  test('of two moves at the same moment that would close a circle together, one is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await makePartner(`L${round}`), await makePartner(`R${round}`)];
      const at = '2026-07-01T00:00:00Z';
      const answers = await Promise.all([
        post(`/v1/partners/${a}/parent`, { parentId: b, effectiveFrom: at }),
        post(`/v1/partners/${b}/parent`, { parentId: a, effectiveFrom: at }),
      ]);
      expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([201, 409]);
    }
  });

  test('suspension names its instant and makes decisions due', async () => {
    const id = await makePartner('Suspended');
    const before = await versions();
    const answer = await api.call('PATCH', `/v1/partners/${id}`, {
      body: { status: 'suspended', suspendedAt: '2026-02-01T00:00:00Z' },
    });
    expect(answer.body).toMatchObject({ status: 'suspended', suspendedAt: '2026-02-01T00:00:00.000Z' });
    expect((await versions()).facts).toBe(before.facts + 1);
    expect(
      (await api.call('PATCH', `/v1/partners/${id}`, { body: { status: 'active' } })).body.suspendedAt,
    ).toBeNull();
    expect(
      refusal(
        await api.call('PATCH', `/v1/partners/${id}`, { body: { suspendedAt: '2026-02-01T00:00:00Z' } }),
      ),
    ).toEqual([422, 'suspended_at_without_status']);
  });
});

describe('deals', () => {
  const document = { currency: 'USD', components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: '5' }] }] };

  test('versions count up per partner, and each says from when it is in force', async () => {
    const partnerId = await makePartner('Dealt');
    const first = await post('/v1/deals', { programId, partnerId, document });
    expect(first.body).toMatchObject({
      version: 1,
      effectiveFrom: null,
      document: { components: [{ minimumDurationSeconds: 180 }] },
    });
    expect(refusal(await post('/v1/deals', { programId, partnerId, document }))).toEqual([
      422,
      'effective_from_missing',
    ]);
    const second = await post('/v1/deals', {
      programId,
      partnerId,
      document,
      effectiveFrom: '2026-04-01T00:00:00Z',
    });
    expect(second.body.version).toBe(2);
    expect(
      refusal(
        await post('/v1/deals', { programId, partnerId, document, effectiveFrom: '2026-04-01T00:00:00Z' }),
      ),
    ).toEqual([409, 'instant_taken']);
    expect(
      (await api.call('GET', `/v1/deals?partnerId=${partnerId}`)).body.items.map(
        (deal: { version: number }) => deal.version,
      ),
    ).toEqual([2, 1]);
    expect(
      (await api.call('GET', `/v1/deals/${first.body.id}/description`)).body.sentences.join(' '),
    ).toContain('5 USD per lot');
  });

  test('a bad document is answered with every place', async () => {
    const answer = await post('/v1/deals', {
      programId,
      document: {
        currency: 'USD',
        colour: 'red',
        components: [{ id: 'lots', kind: 'per_lot', rates: [{ rate: 5 }] }],
      },
    });
    expect(refusal(answer)).toEqual([422, 'bad_deal']);
    const paths = answer.body.errors.map((error: { path: string }) => error.path);
    expect(paths.some((path: string) => path.startsWith('body.document.components[0].rates[0]'))).toBe(true);
    expect(paths.length).toBeGreaterThan(1);
  });
});

describe('sources', () => {
  test('a source has a token that is shown once and kept as a hash', async () => {
    const made = await post('/v1/sources', { programId, slug: 'crm-a', preset: 'generic-s2s' });
    expect(made.body.postbackUrl).toBe(`${api.address}/s2s/crm-a?token=${made.body.token}`);
    const read = await api.call('GET', '/v1/sources/crm-a');
    expect([read.body.hasToken, read.text.includes(made.body.token)]).toEqual([true, false]);
    const rotated = await api.call('POST', '/v1/sources/crm-a/token');
    expect([rotated.status, rotated.body.token === made.body.token]).toEqual([200, false]);
    expect(
      (await api.call('GET', `${made.body.postbackUrl.slice(api.address.length)}&event=x`, { key: null }))
        .status,
    ).toBe(401);
  });

  test.each([
    ['an unknown preset', { preset: 'mt6' }, 'unknown_preset'],
    ['a setting that the mapping does not know', { settings: { colour: 'red' } }, 'bad_mapping'],
    ['a missing setting', { preset: 'mt5', settings: {} }, 'bad_mapping'],
    [
      'a zone that does not exist',
      { preset: 'mt5', settings: { server: 's', zone: 'Mars/Base' } },
      'bad_mapping',
    ],
  ])('refuses %s', async (_name, more, code) => {
    const answer = await post('/v1/sources', { programId, slug: 'bad-one', preset: 'generic-s2s', ...more });
    expect(refusal(answer)).toEqual([422, code]);
    expect(answer.body.errors[0].path).toMatch(/^body\./);
  });

  test('a new mapping version is in force at once, a bad one changes nothing', async () => {
    await post('/v1/sources', { programId, slug: 'crm-b', preset: 'generic-s2s' });
    const { document } = (await api.call('GET', '/v1/sources/crm-b/mapping')).body;
    const bad = await api.call('PUT', '/v1/sources/crm-b/mapping', {
      body: { document: { ...document, rules: 'none' } },
    });
    expect(refusal(bad)).toEqual([422, 'bad_mapping']);
    expect(bad.body.errors[0].path).toMatch(/^body\.document/);
    const put = await api.call('PUT', '/v1/sources/crm-b/mapping', {
      body: { document: { ...document, description: 'changed' } },
    });
    expect(put.body.version).toBe(2);
    expect((await api.call('GET', '/v1/sources/crm-b')).body.mappingVersion).toBe(2);
    expect((await api.call('GET', '/v1/sources/crm-b/mapping?version=1')).body.document).toEqual(document);
    expect((await api.call('GET', '/v1/sources/crm-b/mapping?version=9')).status).toBe(404);
    expect((await api.call('GET', '/v1/sources/nobody')).status).toBe(404);
  });

  test('a mapping as text is put in force, and its problems have a line and a column', async () => {
    await post('/v1/sources', { programId, slug: 'crm-text', preset: 'generic-s2s' });
    const { document } = (await api.call('GET', '/v1/sources/crm-text/mapping')).body;
    const text = JSON.stringify(document, null, 2);
    const put = await api.call('PUT', '/v1/sources/crm-text/mapping', { body: { text } });
    expect([put.status, put.body.version, put.body.document]).toEqual([200, 2, document]);
    const yaml =
      'language: 1\nname: x\nformat: json\nrules:\n  - name: all\n    ignore: { reason: because, detail: x }\n';
    const bad = await api.call('PUT', '/v1/sources/crm-text/mapping', { body: { text: yaml } });
    expect(bad.body.errors).toEqual([
      {
        path: 'body.text.rules[0].ignore.reason',
        message: expect.stringContaining('"because" is not a reason code'),
        line: 6,
        column: 23,
      },
    ]);
    const broken = await api.call('PUT', '/v1/sources/crm-text/mapping', {
      body: { text: '{ "language": 1,' },
    });
    expect([broken.body.code, broken.body.errors[0].line]).toEqual(['bad_mapping', 1]);
    for (const body of [{}, { text, document }, { text: '[]' }])
      expect(refusal(await api.call('PUT', '/v1/sources/crm-text/mapping', { body }))).toEqual([
        422,
        'bad_mapping',
      ]);
    const made = await post('/v1/sources', {
      programId,
      slug: 'crm-yaml',
      preset: 'generic-s2s',
      mappingText: yaml,
    });
    expect([made.status, made.body.errors[0].line]).toEqual([422, 6]);
    const good = yaml.replace('because', 'unwanted_row');
    expect(
      (await post('/v1/sources', { programId, slug: 'crm-yaml', preset: 'generic-s2s', mappingText: good }))
        .status,
    ).toBe(201);
  });

  test('whether a source may register customers is a fact of decisions', async () => {
    await post('/v1/sources', { programId, slug: 'crm-c', preset: 'generic-s2s', registrar: false });
    const before = await versions();
    expect((await api.call('PATCH', '/v1/sources/crm-c', { body: { registrar: true } })).body.registrar).toBe(
      true,
    );
    expect((await versions()).facts).toBe(before.facts + 1);
  });
});

describe('endpoints', () => {
  test('take https addresses only, and keep their secret encrypted', async () => {
    const made = await post('/v1/endpoints', { programId, url: 'https://hooks.example/plumbline' });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect((await api.call('GET', `/v1/endpoints/${made.body.id}`)).text).not.toContain('whsec_');
    const stored = await api.database.owner<{ secret: Buffer }>('select secret from endpoint');
    expect(stored.map((row) => row.secret.toString('latin1')).join('')).not.toContain(
      made.body.secret.slice(6),
    );
    for (const url of [
      'http://hooks.example/',
      'https://user:pw@hooks.example/',
      'ftp://hooks.example/',
      'hooks',
    ]) {
      expect((await post('/v1/endpoints', { programId, url })).status).toBe(422);
    }
    expect(
      (await api.call('PATCH', `/v1/endpoints/${made.body.id}`, { body: { state: 'disabled' } })).body,
    ).toMatchObject({ state: 'disabled', disabledReason: 'switched off by an operator' });
  });
});

describe('facts about customers', () => {
  const identifier = (more: object): Promise<Answer> =>
    post('/v1/identifiers', { programId, namespace: 'mt5:live', value: '7001', ...more });

  async function touched(customerId: string): Promise<number> {
    const rows = await api.database.owner<{ touched: number }>(
      `select touched from customer where replace(id::text, '-', '') = $1`,
      [customerId.slice(4)],
    );
    return rows[0]?.touched ?? 0;
  }

  test('a customer may be named before its registration, always under the same id', async () => {
    const first = await identifier({ customer: { value: 'c-1' } });
    const second = await identifier({
      value: '7002',
      customer: { value: 'c-1' },
      effectiveFrom: '2026-01-01T00:00:00Z',
      effectiveTo: '2026-02-01T00:00:00Z',
    });
    expect([first.status, second.body.customerId]).toEqual([201, first.body.customerId]);
    expect(second.body).toMatchObject({
      kind: 'identifier_link',
      effectiveFrom: '2026-01-01T00:00:00.000Z',
      effectiveTo: '2026-02-01T00:00:00.000Z',
    });
    const customer = (await api.call('GET', `/v1/customers/${first.body.customerId}`)).body;
    expect(customer).toMatchObject({
      value: 'c-1',
      namespace: 'customer',
      registeredAt: null,
      settled: false,
      facts: [{ kind: 'identifier_link' }, { kind: 'identifier_link' }],
    });
    expect(await touched(first.body.customerId)).toBeGreaterThan(1);
  });

  test('every fact makes its customer due', async () => {
    const { customerId } = (await identifier({ value: '7003', customer: { value: 'c-2' } })).body;
    const partnerId = await makePartner('Holder');
    const before = await touched(customerId);
    const attribution = await post(`/v1/customers/${customerId}/attributions`, {
      partnerId,
      effectiveFrom: null,
      reason: 'agreed by mail',
    });
    expect(attribution.body).toMatchObject({
      kind: 'attribution',
      effectiveFrom: null,
      body: { partnerId, reason: 'agreed by mail' },
    });
    await post(`/v1/customers/${customerId}/kyc`, { status: 'passed' });
    const gone = await post(`/v1/facts/${attribution.body.id}/retraction`, { reason: 'was wrong' });
    expect(gone.body).toMatchObject({ kind: 'retraction', body: { retracts: attribution.body.id } });
    expect(await touched(customerId)).toBeGreaterThanOrEqual(before + 3);
    expect(refusal(await post(`/v1/facts/${attribution.body.id}/retraction`, { reason: 'again' }))).toEqual([
      409,
      'already_retracted',
    ]);
    expect(refusal(await post(`/v1/facts/${gone.body.id}/retraction`, { reason: 'back' }))).toEqual([
      422,
      'not_retractable',
    ]);
  });

  test("a fact without an instant takes the program's now", async () => {
    const sandbox = await makeProgram({ sandbox: true, clockAt: '2025-01-01T00:00:00Z' });
    const { customerId } = (await identifier({ programId: sandbox, customer: { value: 'c-3' } })).body;
    expect((await post(`/v1/customers/${customerId}/kyc`, { status: 'failed' })).body.effectiveFrom).toBe(
      '2025-01-01T00:00:00.000Z',
    );
  });

  test('refuses strangers', async () => {
    const nobody = `cus_${'0'.repeat(32)}`;
    const { customerId } = (await identifier({ value: '7004', customer: { value: 'c-4' } })).body;
    const foreign = (await post('/v1/partners', { programId: await makeProgram(), name: 'Foreign' })).body.id;
    expect(refusal(await post(`/v1/customers/${nobody}/kyc`, { status: 'passed' }))).toEqual([
      404,
      'customer_not_found',
    ]);
    expect(refusal(await identifier({ customerId: nobody }))).toEqual([404, 'customer_not_found']);
    expect(refusal(await identifier({ programId: await makeProgram(), customerId }))).toEqual([
      404,
      'customer_not_found',
    ]);
    expect(
      refusal(await post(`/v1/customers/${customerId}/attributions`, { partnerId: foreign, reason: 'x' })),
    ).toEqual([422, 'unknown_partner']);
    expect(refusal(await identifier({}))).toEqual([422, 'invalid_request']);
    expect(refusal(await identifier({ customerId, customer: { value: 'c' } }))).toEqual([
      422,
      'invalid_request',
    ]);
    expect(
      refusal(
        await identifier({
          customerId,
          effectiveFrom: '2026-02-01T00:00:00Z',
          effectiveTo: '2026-02-01T00:00:00Z',
        }),
      ),
    ).toEqual([422, 'empty_interval']);
    expect(refusal(await post(`/v1/facts/fct_${'0'.repeat(32)}/retraction`, { reason: 'x' }))).toEqual([
      404,
      'fact_not_found',
    ]);
  });

  test('customers are listed and found by identifier value', async () => {
    await identifier({ value: '7005', customer: { value: 'needle' } });
    expect((await api.call('GET', '/v1/customers?search=needle')).body.items).toHaveLength(1);
    expect((await api.call('GET', '/v1/customers?search=needl')).body.items).toHaveLength(0);
    const all = (await api.call('GET', `/v1/customers?programId=${programId}&limit=1`)).body;
    const next = (
      await api.call('GET', `/v1/customers?programId=${programId}&limit=1&cursor=${all.nextCursor}`)
    ).body;
    expect(next.items[0].id).not.toBe(all.items[0].id);
  });
});
