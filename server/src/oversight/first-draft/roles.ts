// Which field of a sample likely plays which part in an event: by its name, and only where its values can play it.
import { guessNumberStyle, guessTimeFormat } from '../../pipeline/mapping/index.ts';
import { guessKind } from './kinds.ts';
import type { SampleField } from './sample-fields.ts';

export type Role =
  | 'kind'
  | 'externalId'
  | 'occurredAt'
  | 'customer'
  | 'login'
  | 'amount'
  | 'currency'
  | 'status'
  | 'clickId'
  | 'code'
  | 'country'
  | 'test'
  | 'originalId'
  | 'version'
  | 'modifiedAt';

interface RoleRule {
  /** Endings of the name, the likeliest first. */
  readonly names: readonly RegExp[];
  /** Names that look alike and are something else. */
  readonly not?: RegExp;
  readonly fits: (text: string) => boolean;
}

const WORDS = /^[^\d].{0,59}$/;
const isTime = (text: string): boolean => guessTimeFormat(text) !== undefined;
const isNumber = (text: string): boolean =>
  /^-?\d{1,18}(?:\.\d{1,18})?$/.test(text) || guessNumberStyle(text) !== undefined;
const isId = (text: string): boolean => /^[^\s@]{1,100}$/.test(text);

const ID = '(?:id|uid|uuid|guid|no|nr|num|number|ref|reference|code)';
const WHEN = '(?:at|on|time|date|datetime|timestamp|ts)(?:_utc|_gmt)?';
const RULES: Readonly<Record<Role, RoleRule>> = {
  kind: {
    names: [
      /(?:^|_)(?:event_type|event_name|event|notification_type|webhook_type)$/,
      /(?:^|_)(?:transaction_type|operation_type|payment_type|operation|movement|txn_type|trx_type)$/,
      /(?:^|_)(?:topic|action|goal|type|kind|category|direction)$/,
    ],
    fits: (text) => WORDS.test(text),
  },
  externalId: {
    names: [
      new RegExp(
        `(?:^|_)(?:transaction|txn|tx|trx|payment|deposit|withdrawal|operation|transfer|order|funding|receipt|movement)_?${ID}$`,
      ),
      new RegExp(
        `(?:^|_)(?:data|object|payload|resource|record|body|transaction|payment|deposit|operation)_${ID}$`,
      ),
      /(?:^|_)(?:reference|ref|external_id|record_id)$/,
      /^(?:id|uuid|guid)$/,
      /(?:^|_)(?:transaction|txn|trx|tx)$/,
      new RegExp(`(?:^|_)(?:event|message|notification|webhook|delivery)_?${ID}$`),
    ],
    not: /original|parent|related|linked|gateway|provider|psp|customer|client|user|player|trader|bank|click|account/,
    fits: isId,
  },
  occurredAt: {
    names: [
      new RegExp(`(?:occurred|happened)_?${WHEN}$`),
      new RegExp(
        `(?:processed|completed|confirmed|settled|approved|executed|paid|booked|finished|posted|credited|value)_?${WHEN}$`,
      ),
      new RegExp(
        `(?:created|registered|registration|signup|sign_up|opened|submitted|requested|transaction|payment|deposit|event|received)_?${WHEN}$`,
      ),
      /(?:^|_)(?:timestamp|time|date|datetime|date_time|dt|ts|created|when)(?:_utc|_gmt)?$/,
    ],
    not: /birth|dob|expir|sent|updated|modified|last_/,
    fits: isTime,
  },
  customer: {
    names: [
      new RegExp(
        `(?:^|_)(?:customer|client|player|trader|user|member|investor|lead|crm|person|holder)_?(?:external_)?${ID}$`,
      ),
      /(?:^|_)(?:customer|client|player|trader|user|uid)$/,
      /(?:^|_)account_?(?:id|ref)$/,
    ],
    not: /country|promo|click|agent|parent|bank/,
    fits: isId,
  },
  login: {
    names: [
      /(?:^|_)(?:mt4|mt5|mt|platform|trading|account|tp)_?login$/,
      /(?:^|_)login$/,
      /(?:^|_)(?:trading|mt4|mt5)_?account(?:_?(?:id|no|nr|number))?$/,
    ],
    fits: (text) => /^\d{3,15}$/.test(text),
  },
  amount: {
    names: [
      /(?:^|_)(?:amount|amt|sum)(?:_(?:value|minor|cents|in_cents|in_minor))?$/,
      /(?:^|_)(?:gross_amount|amount_gross|gross|total|value|paid|deposited)$/,
      /(?:^|_)(?:cents|minor|minor_units)$/,
    ],
    not: /fee|balance|bonus|tax|net|usd|eur|base|commission|converted|limit|before|after/,
    fits: isNumber,
  },
  currency: {
    names: [/(?:^|_)(?:currency|ccy|cur|curr)(?:_?(?:code|iso))?$/],
    not: /base|account_c|target|settle/,
    fits: (text) => /^[A-Za-z]{3,5}$/.test(text),
  },
  status: {
    names: [
      /(?:^|_)(?:transaction|payment|deposit)_?(?:status|state)$/,
      /(?:^|_)(?:status|state|outcome|result)$/,
    ],
    not: /kyc|verif|account_status|customer_status|client_status|user_status/,
    fits: (text) => WORDS.test(text),
  },
  clickId: {
    names: [
      /(?:^|_)(?:click_?id|click_?ref|clid)$/,
      /(?:^|_)(?:sub_?id|aff_?sub|btag|afp|tracking_?(?:id|code|token)|cid|cxd)$/,
      /(?:^|_)click$/,
    ],
    fits: isId,
  },
  code: { names: [/(?:promo|coupon|voucher|referral|affiliate|partner)_?code$/], fits: isId },
  country: {
    names: [/(?:^|_)country(?:_?(?:code|iso))?$/, /(?:^|_)geo$/],
    fits: (text) => /^[A-Za-z]{2}$/.test(text),
  },
  test: {
    names: [/(?:^|_)(?:is_)?(?:test|sandbox|demo)(?:_mode)?$/],
    fits: (text) => /^(?:true|false)$/i.test(text),
  },
  originalId: {
    names: [
      new RegExp(`(?:original|parent|related|reversed)_(?:(?:transaction|txn|payment|deposit)_)?${ID}$`),
    ],
    fits: isId,
  },
  version: {
    names: [/(?:^|_)(?:version|revision|sequence|seq)(?:_no|_number)?$/],
    not: /api|schema/,
    fits: (text) => /^\d{1,18}$/.test(text),
  },
  modifiedAt: {
    names: [new RegExp(`(?:updated|modified|changed|last_update)(?:_?${WHEN})?$`)],
    fits: isTime,
  },
};

/** Fields by role, the likeliest first; a role that no field can play is left out. */
export function findRoles(fields: readonly SampleField[]): ReadonlyMap<Role, readonly SampleField[]> {
  const found = new Map<Role, readonly SampleField[]>();
  for (const role of Object.keys(RULES) as Role[]) {
    const ranked = fields
      .map((field) => ({ field, rank: rankOf(role, field) }))
      .filter((one) => one.rank !== undefined)
      .toSorted(
        (a, b) =>
          (a.rank ?? 0) - (b.rank ?? 0) ||
          b.field.values.size - a.field.values.size ||
          a.field.depth - b.field.depth,
      )
      .map((one) => one.field);
    if (ranked.length > 0) found.set(role, ranked);
  }
  if (!found.has('occurredAt')) {
    const times = fields.filter(isWrittenTime);
    if (times.length > 0) found.set('occurredAt', times);
  }
  return found;
}

/** True where the name of the field says that it plays this part. */
export function isNamedFor(role: Role, field: SampleField): boolean {
  return rankOf(role, field) !== undefined;
}

/** Times by their looks alone. Digits without signs between them may be anything. */
function isWrittenTime({ name, values }: SampleField): boolean {
  if (/birth|dob|expir/.test(name) || values.size === 0) return false;
  return [...values.values()].every((text) => /\d[-/.:]\d/.test(text) && isTime(text));
}

function rankOf(role: Role, { name, values }: SampleField): number | undefined {
  const { names, not, fits } = RULES[role];
  const rank = names.findIndex((ending) => ending.test(name));
  if (rank < 0 || not?.test(name) === true || values.size === 0) return undefined;
  const texts = [...values.values()];
  if (!texts.every(fits)) return undefined;
  // A field whose words tell kinds is the kind, whatever its name.
  if (role === 'kind')
    return texts.some((text) => guessKind(text) !== undefined) ? rank : rank + names.length;
  return rank;
}
