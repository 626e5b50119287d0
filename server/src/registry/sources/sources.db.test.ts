import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, refusal } from '../../../test/support/registry-world.ts';
import type { RegistryWorld } from '../../../test/support/registry-world.ts';

let world: RegistryWorld;
let programId: string;
beforeAll(async () => {
  world = await openRegistryWorld();
  ({ programId } = world);
});
afterAll(() => world.api.close());

describe('sources', () => {
  test('a source has a token that is shown once and kept as a hash', async () => {
    const made = await world.post('/v1/sources', { programId, slug: 'crm-a', preset: 'generic-s2s' });
    expect(made.body.postbackUrl).toBe(`${world.api.address}/s2s/crm-a?token=${made.body.token}`);
    const read = await world.api.call('GET', '/v1/sources/crm-a');
    expect([read.body.hasToken, read.text.includes(made.body.token)]).toEqual([true, false]);
    const rotated = await world.api.call('POST', '/v1/sources/crm-a/token');
    expect([rotated.status, rotated.body.token === made.body.token]).toEqual([200, false]);
    expect(
      (
        await world.api.call('GET', `${made.body.postbackUrl.slice(world.api.address.length)}&event=x`, {
          key: null,
        })
      ).status,
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
    const answer = await world.post('/v1/sources', {
      programId,
      slug: 'bad-one',
      preset: 'generic-s2s',
      ...more,
    });
    expect(refusal(answer)).toEqual([422, code]);
    expect(answer.body.errors[0].path).toMatch(/^body\./);
  });

  test('a new mapping version is in force at once, a bad one changes nothing', async () => {
    await world.post('/v1/sources', { programId, slug: 'crm-b', preset: 'generic-s2s' });
    const { document } = (await world.api.call('GET', '/v1/sources/crm-b/mapping')).body;
    const bad = await world.api.call('PUT', '/v1/sources/crm-b/mapping', {
      body: { document: { ...document, rules: 'none' } },
    });
    expect(refusal(bad)).toEqual([422, 'bad_mapping']);
    expect(bad.body.errors[0].path).toMatch(/^body\.document/);
    const put = await world.api.call('PUT', '/v1/sources/crm-b/mapping', {
      body: { document: { ...document, description: 'changed' } },
    });
    expect(put.body.version).toBe(2);
    expect((await world.api.call('GET', '/v1/sources/crm-b')).body.mappingVersion).toBe(2);
    expect((await world.api.call('GET', '/v1/sources/crm-b/mapping?version=1')).body.document).toEqual(
      document,
    );
    expect((await world.api.call('GET', '/v1/sources/crm-b/mapping?version=9')).status).toBe(404);
    expect((await world.api.call('GET', '/v1/sources/nobody')).status).toBe(404);
  });

  test('a mapping as text is put in force, and its problems have a line and a column', async () => {
    await world.post('/v1/sources', { programId, slug: 'crm-text', preset: 'generic-s2s' });
    const { document } = (await world.api.call('GET', '/v1/sources/crm-text/mapping')).body;
    const text = JSON.stringify(document, null, 2);
    const put = await world.api.call('PUT', '/v1/sources/crm-text/mapping', { body: { text } });
    expect([put.status, put.body.version, put.body.document]).toEqual([200, 2, document]);
    const yaml =
      'language: 1\nname: x\nformat: json\nrules:\n  - name: all\n    ignore: { reason: because, detail: x }\n';
    const bad = await world.api.call('PUT', '/v1/sources/crm-text/mapping', { body: { text: yaml } });
    expect(bad.body.errors).toEqual([
      {
        path: 'body.text.rules[0].ignore.reason',
        message: expect.stringContaining('"because" is not a reason code'),
        line: 6,
        column: 23,
      },
    ]);
    const broken = await world.api.call('PUT', '/v1/sources/crm-text/mapping', {
      body: { text: '{ "language": 1,' },
    });
    expect([broken.body.code, broken.body.errors[0].line]).toEqual(['bad_mapping', 1]);
    for (const body of [{}, { text, document }, { text: '[]' }])
      expect(refusal(await world.api.call('PUT', '/v1/sources/crm-text/mapping', { body }))).toEqual([
        422,
        'bad_mapping',
      ]);
    const made = await world.post('/v1/sources', {
      programId,
      slug: 'crm-yaml',
      preset: 'generic-s2s',
      mappingText: yaml,
    });
    expect([made.status, made.body.errors[0].line]).toEqual([422, 6]);
    const good = yaml.replace('because', 'unwanted_row');
    expect(
      (
        await world.post('/v1/sources', {
          programId,
          slug: 'crm-yaml',
          preset: 'generic-s2s',
          mappingText: good,
        })
      ).status,
    ).toBe(201);
  });

  test('a misspelt meaning is in force and told, with its place in the text', async () => {
    const mappingText = [
      'language: 1',
      'name: x',
      'format: json',
      'rules:',
      '  - name: all',
      '    event:',
      '      kind: { const: deposit }',
      '      externalId: id',
      '      occurredAt: { path: at, format: iso }',
      '      identifiers: [{ namespace: { const: customer }, value: user }]',
      '      amount: amount',
      '      currency: currency',
      '      status: { path: state, map: { Card done: approvd, Bounced: declined } }',
      '    revisionOrder: { kind: arrival }',
    ].join('\n');
    const warnings = [
      {
        path: 'body.mappingText.rules[0].event.status.map.Card done',
        message: expect.stringContaining('did you mean "approved"?'),
        line: 13,
        column: 48,
      },
    ];
    const source = { programId, slug: 'crm-doubt', preset: 'generic-s2s' };
    const made = await world.post('/v1/sources', { ...source, mappingText });
    expect([made.status, made.body.warnings]).toEqual([201, warnings]);
    const path = '/v1/sources/crm-doubt/mapping';
    const put = await world.api.call('PUT', path, { body: { text: mappingText } });
    expect([put.body.version, put.body.warnings.length, put.body.warnings[0].line]).toEqual([2, 1, 13]);
    const mended = mappingText.replace('approvd', 'approved');
    expect((await world.api.call('PUT', path, { body: { text: mended } })).body.warnings).toBeUndefined();
  });

  test('whether a source may register customers is a fact of decisions', async () => {
    await world.post('/v1/sources', { programId, slug: 'crm-c', preset: 'generic-s2s', registrar: false });
    const before = await world.versions();
    expect(
      (await world.api.call('PATCH', '/v1/sources/crm-c', { body: { registrar: true } })).body.registrar,
    ).toBe(true);
    expect((await world.versions()).facts).toBe(before.facts + 1);
  });
});
