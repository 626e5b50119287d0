// A first mapping from a sample of a system that nobody has mapped: what can be read off names and values, and what a person must say.
import { isMoneyKind, guessKind } from './kinds.ts';
import type { DraftNote, FirstDraft, Sureness } from './facts.ts';
import { draftAmount, draftTime } from './draft-values.ts';
import { findRoles } from './roles.ts';
import type { Sample } from './sample.ts';
import { listFields } from './sample-fields.ts';
import type { SampleField } from './sample-fields.ts';
import { draftStatus } from './draft-status.ts';

type Roles = ReturnType<typeof findRoles>;
type Say = (at: string, sure: Sureness, says: string) => void;

/** Makes a mapping that compiles, with a remark on every part that a person must look at. The same sample gives the same draft. */
export function draftMapping(sample: Sample, name = 'first-draft'): FirstDraft {
  const fields = listFields(sample.rows);
  const roles = findRoles(fields);
  const notes: DraftNote[] = [];
  const say: Say = (at, sure, says) => notes.push({ at, sure, says });
  const settings: Record<string, object> = {};
  const event = draftEvent({ sample, roles, settings, say });
  const order = draftOrder(roles, say);
  const read = new Set(readPaths(event, order));
  const rest = fields.filter((field) => !read.has(field.path)).map((field) => field.path);
  if (rest.length > 0)
    say(
      '$.knownFields',
      'found',
      'known and not read; what is not listed here and comes later is told as drift',
    );
  if (looksLikeTrades(fields))
    say(
      '$.rules[0]',
      'missing',
      'these rows look like trades, which this draft does not read: start from the preset mt5 or see "execution" in docs/mapping-language.md',
    );
  const document = {
    language: 1,
    name,
    format: sample.format,
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(sample.place === undefined ? {} : { rows: [sample.place] }),
    rules: [{ name: 'all', event, revisionOrder: order }],
    ...(rest.length === 0 ? {} : { knownFields: rest }),
  };
  return { document, notes };
}

interface Drafting {
  readonly sample: Sample;
  readonly roles: Roles;
  readonly settings: Record<string, object>;
  readonly say: Say;
}

const AT = '$.rules[0].event';

function draftEvent(drafting: Drafting): Record<string, unknown> {
  const { roles, say, settings } = drafting;
  const { kind, kinds } = draftKind(drafting);
  const customer = roles.get('customer')?.[0];
  const event: Record<string, unknown> = {
    kind,
    externalId: draftKey(drafting),
    ...(kinds.has('registration') && customer !== undefined
      ? { keyByKind: { registration: { path: customer.path, prefix: 'customer:' } } }
      : {}),
    ...draftTime(drafting.sample.rows.length, roles.get('occurredAt') ?? [], settings, say),
    identifiers: draftIdentifiers(roles, say),
  };
  const hasMoney = [...kinds].some(isMoneyKind);
  if (hasMoney) Object.assign(event, draftAmount(roles, settings, say));
  const status = draftStatus(roles, say);
  if (status !== undefined && hasMoney) event['status'] = status;
  for (const role of ['clickId', 'code', 'country', 'test', 'originalId'] as const) {
    const field = roles.get(role)?.[0];
    if (field === undefined) continue;
    event[role] = field.path;
    say(`${AT}.${role}`, role === 'clickId' ? 'guess' : 'found', WHAT_FOR[role]);
  }
  if (kinds.has('registration') && event['clickId'] === undefined)
    say(
      `${AT}.identifiers`,
      'missing',
      'no click id was found in the sample: without one no partner is told by a registration. Where a field carries it, add the line clickId: path.of.the.field, or code: for a promo code',
    );
  return event;
}

const WHAT_FOR: Readonly<Record<'clickId' | 'code' | 'country' | 'test' | 'originalId', string>> = {
  clickId:
    'the click id that our link handed to the landing page? If the field carries something else, leave this line out',
  code: 'a promo code',
  country: 'two letters',
  test: 'rows marked as a test pay nothing',
  originalId: 'the record that a refund or chargeback takes back',
};

function draftKind({ roles, say }: Drafting): { kind: object; kinds: ReadonlySet<string> } {
  const field = roles.get('kind')?.[0];
  const codes = field === undefined ? [] : [...new Set(field.values.values())];
  const map = Object.fromEntries(
    codes.flatMap((code) => {
      const kind = guessKind(code);
      return kind === undefined ? [] : [[code, kind]];
    }),
  );
  if (field === undefined || Object.keys(map).length === 0) {
    const kind = roles.has('amount') ? 'deposit' : 'registration';
    say(
      `${AT}.kind`,
      'guess',
      `no field of the sample says what kind a row is, so each is taken as a ${kind}`,
    );
    return { kind: { const: kind }, kinds: new Set([kind]) };
  }
  const unread = codes.filter((code) => map[code] === undefined);
  say(
    `${AT}.kind`,
    'guess',
    'by the words of the codes in the sample; what stands in no line here is quarantined (unknown_event) until you add it',
  );
  if (unread.length > 0)
    say(
      `${AT}.kind.map`,
      'missing',
      `what these mean is not known: ${unread.slice(0, 10).join(', ')}. Add a line, or an ignore rule above`,
    );
  return { kind: { path: field.path, fold: true, map }, kinds: new Set(Object.values(map)) };
}

function draftKey({ roles, sample, say }: Drafting): object {
  const [best, ...others] = roles.get('externalId') ?? [];
  if (best === undefined) {
    const customer = roles.get('customer')?.[0];
    const time = roles.get('occurredAt')?.[0];
    const parts = [customer, time].flatMap((field) => (field === undefined ? [] : [`{field.${field.path}}`]));
    say(
      `${AT}.externalId`,
      'missing',
      'no field of the sample names the record; two rows with the same key are one event, so write what makes a row one of its kind',
    );
    return parts.length === 0 ? { const: 'write-the-path-of-the-record-id' } : { template: parts.join(':') };
  }
  const twice = new Set(best.values.values()).size < best.values.size;
  say(
    `${AT}.externalId`,
    isOfMessage(best) || twice ? 'guess' : 'found',
    isOfMessage(best)
      ? 'does this name the record, or only the message about it? If a record is told again under another one, write the id of the record'
      : twice
        ? 'several rows of the sample carry the same one: they are then one event that is told again'
        : 'the id of the record; the same one again is a duplicate or a revision',
  );
  // A registration has a key of its own (keyByKind); the id of its message would make another one of each telling.
  const next = isKeyed({ roles, sample }, best)
    ? []
    : others
        .filter((field) => !isOfMessage(field))
        .slice(0, 1)
        .map(({ path }) => path);
  if (next.length > 0)
    say(
      `${AT}.externalId`,
      'guess',
      'the second one where the first is missing: does it name the record, or only the message about it?',
    );
  return { path: next.length === 0 ? best.path : [best.path, ...next] };
}

/** Whether every row has a key without another field: by this one, or as the registration of a customer whom it names. */
function isKeyed({ roles, sample }: Pick<Drafting, 'roles' | 'sample'>, best: SampleField): boolean {
  const kind = roles.get('kind')?.[0];
  const customer = roles.get('customer')?.[0];
  return sample.rows.every(
    (_, row) =>
      best.values.has(row) ||
      (customer?.values.has(row) === true && guessKind(kind?.values.get(row) ?? '') === 'registration'),
  );
}

function isOfMessage({ name }: SampleField): boolean {
  return /event|message|notification|webhook|delivery/.test(name);
}

function draftIdentifiers(roles: Roles, say: Say): object[] {
  const customer = roles.get('customer')?.[0];
  const login = roles.get('login')?.find((field) => field !== customer);
  const identifiers: object[] = [];
  if (customer !== undefined) {
    identifiers.push({ namespace: { const: 'customer' }, value: customer.path });
    say(
      `${AT}.identifiers[0]`,
      'guess',
      'the id under which your registrar (the CRM) knows the customer? If this system has ids of its own, give it a namespace of its own and link the two with POST /v1/identifiers',
    );
  }
  if (login !== undefined) {
    identifiers.push({ namespace: { const: 'mt5:live' }, value: login.path });
    say(
      `${AT}.identifiers[${identifiers.length - 1}]`,
      'guess',
      'a trading login? Its namespace must be the one of your trading server',
    );
  }
  if (identifiers.length === 0) {
    identifiers.push({ namespace: { const: 'customer' }, value: 'write_the_path_of_the_customer_id' });
    say(
      `${AT}.identifiers[0]`,
      'missing',
      'no field of the sample names the customer; without one every row is quarantined',
    );
  }
  return identifiers;
}

function draftOrder(roles: Roles, say: Say): object {
  const at = '$.rules[0].revisionOrder';
  const version = roles.get('version')?.[0];
  if (version !== undefined) {
    say(at, 'guess', 'the greatest number is what counts when a record is told again');
    return { kind: 'version', value: version.path };
  }
  say(
    at,
    'guess',
    'what came last counts when a record is told again; better is a number or time of change, if the system has one',
  );
  return { kind: 'arrival' };
}

/** Paths that the event and its order read. */
function readPaths(...parts: readonly unknown[]): string[] {
  const paths: string[] = [];
  const walk = (node: unknown, key: string): void => {
    if (typeof node === 'string') {
      if (key === 'template') paths.push(...[...node.matchAll(/\{field\.([^}]+)\}/g)].map((m) => m[1] ?? ''));
      else if (
        ![
          'const',
          'format',
          'kind',
          'unit',
          'sign',
          'pattern',
          'setting',
          'prefix',
          'whenNoTime',
          'decimal',
          'thousands',
        ].includes(key)
      )
        paths.push(node);
      return;
    }
    if (Array.isArray(node)) for (const child of node) walk(child, key);
    else if (typeof node === 'object' && node !== null)
      for (const [name, child] of Object.entries(node)) if (name !== 'map') walk(child, name);
  };
  for (const part of parts) walk(part, '');
  return paths;
}

function looksLikeTrades(fields: readonly SampleField[]): boolean {
  const has = (ending: RegExp): boolean => fields.some((field) => ending.test(field.name));
  return has(/(?:^|_)(?:symbol|instrument)$/) && has(/(?:^|_)(?:lots?|volume)$/);
}
