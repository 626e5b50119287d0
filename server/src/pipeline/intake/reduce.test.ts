import { describe, expect, test } from 'vitest';
import { createReduction, reduceDelivery } from './reduce.ts';
import type { PrivacyFacts, ReducedDelivery } from './reduce.ts';
import { planCsv, reduceCells } from './reduce-csv.ts';
import { findPrivateValues } from './private-values.ts';

const ALWAYS = createReduction();
const PAN = '4111111111111111';
const IBAN = 'DE89370400440532013000';

function reduce(body: string | Buffer, contentType = 'application/json', query = ''): ReducedDelivery {
  return reduceDelivery({ body: Buffer.from(body), contentType, query }, ALWAYS);
}

function kept(body: string, contentType?: string): string {
  return reduce(body, contentType).body.toString('utf8');
}

function keepRead(facts: Partial<PrivacyFacts>) {
  return createReduction({
    mode: 'keepRead',
    keep: [],
    drop: [],
    rows: [],
    reads: [],
    readsWhole: [],
    ...facts,
  });
}

describe('JSON', () => {
  test('a body with nothing to drop keeps its very bytes', () => {
    const body = Buffer.from(
      '{ "a" : 1.10, "b":[1e400, 12345678901234567890], "a":2, "gr\u00fc\u00df":"\u00e9" }',
    );
    const reduced = reduceDelivery({ body, contentType: 'application/json', query: 'x=1' }, ALWAYS);
    expect(reduced.body).toBe(body);
    expect(reduced).toMatchObject({ query: 'x=1', dropped: [] });
  });

  test('what stays beside a dropped field is byte for byte what came: numbers, spaces, keys given twice', () => {
    expect(
      kept('{ "amount": 1.10, "password":"x", "amount" : 12345678901234567890, "t":"\u00fc\\u00fc" }'),
    ).toBe('{ "amount": 1.10, "amount" : 12345678901234567890, "t":"\u00fc\\u00fc" }');
  });

  test.each([
    ['the first', '{"pin":"1","a":1,"b":2}', '{"a":1,"b":2}'],
    ['the middle one', '{"a":1,"pin":"1","b":2}', '{"a":1,"b":2}'],
    ['the last', '{"a":1,"b":2, "pin":"1"}', '{"a":1,"b":2}'],
    ['the only one', '{"pin":"1"}', '{}'],
    ['all of several', '{"pin":"1","cvv":"2","password":"3"}', '{}'],
    ['two at the end', '{"a":1,"cvv":"2","password":"3"}', '{"a":1}'],
    ['first and last', '{"cvv":"2","a":1,"password":"3"}', '{"a":1}'],
    ['a whole object', '{"passport":{"number":"1","x":[{}]},"a":1}', '{"a":1}'],
  ])('%s of the members can go', (_which, body, expected) => {
    expect(kept(body)).toBe(expected);
    JSON.parse(kept(body));
  });

  test.each([
    'password',
    'accountPassword',
    'ACCOUNT_PASSWORD',
    'account-password',
    'Investor Password',
    'pwd',
    'pass',
    'secret',
    'client_secret',
    'webhookSecret',
    'PIN',
    'cvv',
    'CVC',
    'card_number',
    'cardToken',
    'passport',
    'passportNumber',
    'taxNumber',
    'tax_id',
    'taxIdentificationNumber',
    'SSN',
    'iban',
    'bankAccount',
    'bank_account_number',
    'bankingDetails',
    'documentNumber',
    'document_numbers',
    'date_of_birth',
    'dateOfBirth',
    'DOB',
    'birthDate',
    'id_number',
    'nationalId',
    'api_key',
    'pa\\u0073sword',
  ])('%s is dropped at any depth', (name) => {
    const reduced = reduce(
      `{"a":[{"b":{"${name}":"canary"}}],"c":"[{\\"${name.replace('\\', '\\\\')}\\":\\"canary\\"}]"}`,
    );
    expect(reduced.body.toString()).not.toContain('canary');
    expect(reduced.dropped).toHaveLength(2);
    expect(reduced.dropped.map((field) => field.path.slice(0, 9))).toEqual([
      '$.a[*].b.',
      '$.c[*].' + reduced.dropped[1]?.path.slice(7, 9),
    ]);
  });

  test.each([
    ['shipping', '1'],
    ['compass', 'x'],
    ['pinned', 'x'],
    ['secretary', 'x'],
    ['companyName', 'x'],
    ['tax', '1.35'],
    ['total_tax', '1.35'],
    ['passwordChanged', 'x'],
    ['passport_status', 'approved'],
    ['accountNumber', '5012345'],
    ['birthplaceless', 'x'],
    ['panel', 'x'],
    ['card_not_present', 'x'],
  ])('%s stays', (name, value) => {
    const body = JSON.stringify({ [name]: value });
    expect(kept(body)).toBe(body);
  });

  test('a flag, a null and an empty text tell nothing and stay', () => {
    const body = '{"password":true,"passport":null,"dob":"","document":{"number":null},"tax_ids":[]}';
    expect(kept(body)).toBe(body);
  });

  test('number and token go below a card or a document, and stay elsewhere', () => {
    expect(
      kept('{"card":{"number":"x1","last4":"1111"},"document":{"number":"x2","type":"p"},"number":"7"}'),
    ).toBe('{"card":{"last4":"1111"},"document":{"type":"p"},"number":"7"}');
  });

  test('a token goes unless the mapping reads a field of that name', () => {
    const body = '{"token":"abc"}';
    expect(kept(body)).toBe('{}');
    const reads = createReduction({
      mode: 'dropListed',
      keep: [],
      drop: [],
      rows: [],
      reads: ['token'],
      readsWhole: [],
    });
    expect(
      reduceDelivery({ body: Buffer.from(body), contentType: '', query: '' }, reads).body.toString(),
    ).toBe(body);
  });

  test('a value beside the name of a secret goes', () => {
    expect(
      kept(
        '{"attrs":[{"name":"Pass-word","value":"x"},{"value":"y","key":"cvv"},{"name":"color","value":"red"}]}',
      ),
    ).toBe(
      '{"attrs":[{"name":"Pass-word","value":null},{"value":null,"key":"cvv"},{"name":"color","value":"red"}]}',
    );
  });

  test('elements of lists become null, so that the others keep their places', () => {
    expect(kept(`{"l":["a","${PAN}",${PAN},"b"]}`)).toBe('{"l":["a",null,null,"b"]}');
  });

  test('JSON inside of a text is reduced inside', () => {
    const reduced = reduce(
      JSON.stringify({ addons: JSON.stringify({ login: '1', password: 'x', n: 'gr\u00fc\u00df' }) }),
    );
    expect(JSON.parse(reduced.body.toString('utf8'))).toEqual({
      addons: '{"login":"1","n":"gr\u00fc\u00df"}',
    });
    expect(reduced.dropped).toEqual([{ path: '$.addons.password', why: 'secret' }]);
  });

  test('many of one path are one entry with a count', () => {
    expect(reduce('[{"pin":"1"},{"pin":"2"}]').dropped).toEqual([
      { path: '$[*].pin', why: 'secret', count: 2 },
    ]);
  });

  test('JSON lines are reduced line by line', () => {
    expect(kept('{"a":1,"pin":"1"}\n{"pin":"2"}\n')).toBe('{"a":1}\n{}\n');
  });

  test.each([
    ['a text that is not closed', '{"login":"1","password":"canary'],
    ['a missing comma', '{"login":"1" "password":"canary"}'],
    ['rubbish behind it', '{"password":"canary"} <password>canary</password>'],
    ['rubbish within', '{"x":§, "password" : "canary"}'],
    ['deep nesting', `${'['.repeat(200)}{"password":"canary"}`],
    ['single quotes', "{'password': 'canary'}"],
    ['a bracket that only looks like JSON', '[x]=1&password=canary'],
  ])('broken JSON loses its secrets too: %s', (_how, body) => {
    const reduced = reduce(body);
    expect(reduced.body.toString()).not.toContain('canary');
    expect(reduced.dropped).not.toEqual([]);
  });

  test('a name that is a card number is not shown either', () => {
    const reduced = reduce(`{"${PAN}":1}`);
    expect(JSON.stringify(reduced.dropped) + reduced.body.toString()).not.toContain(PAN);
  });

  test('an address with a password in its query goes', () => {
    expect(kept('{"url":"https://x.example/?a=1&password=canary","b":"https://x.example/?a=1"}')).toBe(
      '{"b":"https://x.example/?a=1"}',
    );
  });
});

describe('card and account numbers', () => {
  test.each([
    PAN,
    '4111 1111 1111 1111',
    '4111-1111-1111-1111',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '3782 822463 10005',
    '6011111111111117',
    '3530111333300000',
    '30569309025904',
    '6759649826438453',
    '6200000000000005',
    '4222222222222',
    IBAN,
    'DE89 3704 0044 0532 0130 00',
    'GB29NWBK60161331926819',
    'de89370400440532013000',
  ])('%s is found alone and in free text', (value) => {
    for (const text of [
      value,
      `pay with ${value}, please`,
      `card:${value}.`,
      `x ${value} 123`,
      `12 ${value}`,
    ]) {
      expect([text, findPrivateValues(text).length]).toEqual([text, 1]);
      expect(kept(JSON.stringify({ a: 1, note: text }))).toBe('{"a":1}');
    }
  });

  test.each([
    '4111111111111112',
    '1719828000000000',
    '1719828000000',
    '2024-07-03T00:00:00.000Z',
    '2026-09-24 10:00:00',
    '0.4111111111111111',
    '12.4111111111111111',
    '+4915123456789',
    'evt4111111111111111',
    '41111111111111111111111',
    '550e8400-e29b-41d4-a716-446655440000',
    '820982911946154508',
    'DE89370400440532013001',
    'a4111111111111111f',
  ])('%s is none', (value) => {
    expect(findPrivateValues(value)).toEqual([]);
  });

  test('a long number that is an id is a card only with the length of nearly all cards', () => {
    expect(findPrivateValues('4222222222222', true)).toEqual([]);
    expect(findPrivateValues(PAN, true)).toHaveLength(1);
  });
});

describe('forms, queries and tables', () => {
  test('a form keeps what stays as it was written', () => {
    expect(
      kept(
        'a=1%20x&user%5Bpassword%5D=c&b=+y&card=4111+1111+1111+1111&c',
        'application/x-www-form-urlencoded',
      ),
    ).toBe('a=1%20x&b=+y&c');
  });

  test('a query is reduced, and says so', () => {
    const reduced = reduce('', '', 'click_id=1&Pass_Word=x&payload=%7B%22pin%22%3A%221%22%2C%22a%22%3A1%7D');
    expect(reduced.query).toBe('click_id=1&payload=%7B%22a%22%3A1%7D');
    expect(reduced.dropped).toEqual([
      { path: 'query.Pass_Word', why: 'secret' },
      { path: 'query.payload.pin', why: 'secret' },
    ]);
  });

  test('a column whose name is dropped is emptied in every row, and the rows keep their shape', () => {
    const reduced = reduce(
      `\ufeffid;Date of Birth;"note";amount\r\n1;1990-01-01;"a;b ""c""";1,5\r\n2;;"card ${PAN}";2,5\r\n`,
      'text/csv',
    );
    expect(reduced.body.toString('utf8')).toBe(
      '\ufeffid;Date of Birth;"note";amount\r\n1;;"a;b ""c""";1,5\r\n2;;;2,5\r\n',
    );
    expect(reduced.dropped).toEqual([
      { path: 'column Date of Birth', why: 'date_of_birth' },
      { path: 'column note', why: 'card_number' },
    ]);
  });

  test('row by row, as a large file is read', () => {
    const plan = planCsv(['id', 'iban', 'note'], ALWAYS.rules);
    const notes: string[] = [];
    const row = ['1', '', 'x'];
    expect(reduceCells(row, plan, () => undefined)).toBe(row);
    expect(reduceCells(['1', 'x', `my ${IBAN}`], plan, (path, why) => notes.push(`${path} ${why}`))).toEqual([
      '1',
      '',
      '',
    ]);
    expect(notes).toEqual(['column iban bank_account', 'column note bank_account']);
  });

  test.each([
    ['XML', '<a><Password>canary</Password></a>'],
    ['a log line', 'login ok password=canary user=7'],
    ['a form in parts', '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\ncanary\r\n--x--'],
    ['plain text', 'password: "canary"'],
    ['broken JSON that holds JSON', String.raw`{"a":"{\"password\":\"canary\"`],
    ['broken JSON that holds JSON twice', String.raw`{"a":"{\\\"password\\\":\\\"canary\\\"`],
  ])('%s loses its secrets by their looks', (_what, body) => {
    expect(kept(body, 'text/plain')).not.toContain('canary');
  });
});

describe('keepRead stores only what the mapping reads', () => {
  const facts = {
    rows: ['content[*]', '$'],
    reads: ['uuid', 'leadDetails.becomeActiveClientTime', 'list[0].id', 'attrs[name=click_id].value'],
    keep: ['verificationStatus'],
  };

  test('and what it keeps, row by row', () => {
    const body = JSON.stringify({
      content: [
        {
          uuid: 'u',
          email: 'canary',
          verificationStatus: 'NEW',
          leadDetails: { becomeActiveClientTime: 't', source: 'canary' },
          list: [{ id: 1, name: 'canary' }],
          attrs: [{ name: 'click_id', value: 'c', email: 'canary' }],
        },
        'canary',
      ],
      totalPages: 1,
    });
    const { body: stored, dropped } = reduceDelivery(
      { body: Buffer.from(body), contentType: '', query: '' },
      keepRead(facts),
    );
    expect(JSON.parse(stored.toString())).toEqual({
      content: [
        {
          uuid: 'u',
          verificationStatus: 'NEW',
          leadDetails: { becomeActiveClientTime: 't' },
          list: [{ id: 1 }],
          attrs: [{ name: 'click_id', value: 'c' }],
        },
        null,
      ],
    });
    expect(dropped).toContainEqual({ path: '$.content[*].email', why: 'not_read' });
  });

  test('a field of the row that holds the rows', () => {
    const reduction = keepRead({ rows: ['[*].cash[*]'], reads: ['amount', '^.login'] });
    const body = Buffer.from('[{"login":"1","name":"canary","cash":[{"amount":1,"note":"canary"}]}]');
    expect(reduceDelivery({ body, contentType: '', query: '' }, reduction).body.toString()).toBe(
      '[{"login":"1","cash":[{"amount":1}]}]',
    );
  });

  test('of JSON inside of a text, what the mapping reads there', () => {
    const reduction = keepRead({ reads: ['why.rule', 'id'] });
    const body = Buffer.from(
      JSON.stringify({ id: 1, why: '{"rule":"r","email":"canary"}', x: '{"email":"canary"}' }),
    );
    expect(
      JSON.parse(reduceDelivery({ body, contentType: '', query: '' }, reduction).body.toString()),
    ).toEqual({
      id: 1,
      why: '{"rule":"r"}',
    });
    const plain = Buffer.from('{"why":"canary"}');
    expect(reduceDelivery({ body: plain, contentType: '', query: '' }, reduction).body.toString()).toBe('{}');
  });

  test('a secret goes even where the mapping keeps all', () => {
    const body = Buffer.from('{"a":{"password":"canary","b":1}}');
    expect(
      reduceDelivery({ body, contentType: '', query: '' }, keepRead({ keep: ['a'] })).body.toString(),
    ).toBe('{"a":{"b":1}}');
  });

  test('a form and a table', () => {
    const reduction = keepRead({ reads: ['id'] });
    const form = {
      body: Buffer.from('id=1&email=canary'),
      contentType: 'application/x-www-form-urlencoded',
      query: '',
    };
    expect(reduceDelivery(form, reduction).body.toString()).toBe('id=1');
    const table = { body: Buffer.from('id,email\n1,canary\n'), contentType: 'text/csv', query: '' };
    expect(reduceDelivery(table, reduction).body.toString()).toBe('id,email\n1,\n');
  });

  test('the query tells defaults of rows that stand in a list', () => {
    const reduction = keepRead({ reads: ['events[*].id', 'events[*].amount'] });
    const delivery = {
      body: Buffer.from('{"events":[{"id":1,"x":2}]}'),
      contentType: '',
      query: 'amount=1&email=canary',
    };
    const { query, body } = reduceDelivery(delivery, reduction);
    expect([query, body.toString()]).toEqual(['amount=1', '{"events":[{"id":1}]}']);
  });

  test('a body that cannot be read is kept as a note of its size and digest', () => {
    const body = Buffer.from('{"name":"canary"');
    const reduced = reduceDelivery(
      { body, contentType: 'application/json', query: '' },
      keepRead({ reads: ['a'] }),
    );
    expect(reduced.body.toString()).toMatch(/^unreadable body not kept: 16 bytes, SHA-256 [0-9a-f]{64}$/);
    expect(reduced.dropped).toEqual([{ path: '$', why: 'unreadable' }]);
  });
});

test('fields that the mapping lists are dropped wherever they stand', () => {
  const reduction = createReduction({
    mode: 'dropListed',
    keep: [],
    drop: ['accountInfo.email'],
    rows: [],
    reads: [],
    readsWhole: [],
  });
  const body = Buffer.from('{"body":{"accountInfo":{"email":"canary","id":1}},"email":"stays"}');
  const reduced = reduceDelivery({ body, contentType: '', query: '' }, reduction);
  expect(reduced.body.toString()).toBe('{"body":{"accountInfo":{"id":1}},"email":"stays"}');
  expect(reduced.dropped).toEqual([{ path: '$.body.accountInfo.email', why: 'listed' }]);
});

test('a dropped field whose name the database cannot keep is named with a replacement', () => {
  const body = Buffer.from('{"a\\u0000b":{"password":"x"},"c\\ud800":{"password":"y"}}');
  const reduced = reduceDelivery({ body, query: '', contentType: 'application/json' }, ALWAYS);
  expect(reduced.dropped.map(({ path }) => path)).toEqual(['$.a\uFFFDb.password', '$.c\uFFFD.password']);
});
