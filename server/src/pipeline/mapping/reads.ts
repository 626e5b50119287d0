// What a mapping reads, as a list: for the drift report, the reduction at the door, and the documentation page of a source.

/** One field that the mapping reads, and what for. */
export interface ReadField {
  /** As the mapping writes it: relative to the row, `^.` for what encloses the row. */
  readonly path: string;
  /** How many objects outwards from the row. */
  readonly up: number;
  /** JSON path of the reading place in the document. */
  readonly at: string;
  readonly type: 'text' | 'number' | 'time';
  /** Of a time: its format or formats. */
  readonly format?: string;
  readonly zone?: string;
  /** Of a number: what one unit is. */
  readonly unit?: string;
  /** The feed, where only that one is read so. */
  readonly feed?: string;
  /** Canonical field, such as `amount` or `execution.lots`; `condition`, `check`, `revisionOrder` or `envelope`. */
  readonly role?: string;
  /** Name of the rule. */
  readonly rule?: string;
  /** What the canonical field is, in words. */
  readonly meaning?: string;
}

const MEANINGS: Readonly<Record<string, string>> = {
  kind: 'what happened',
  recordType: 'the kind of record, as the outside system names it',
  externalId: 'the id of the record in the outside system',
  keyByKind: 'the key of the record where it has no id',
  part: 'tells apart several facts of one record',
  occurredAt: 'when it happened',
  identifiers: 'who it is about',
  amount: 'the money of the event, in its currency',
  currency: 'the currency of the amount',
  bonusPart: 'the part of the amount that was bonus money',
  measures: 'a figure of a report row',
  clickId: 'the click that led here',
  code: 'the partner code or coupon',
  transactionId: 'joins what several systems tell of one transaction',
  originalId: 'the record that this one takes back',
  country: 'the country of the customer',
  product: 'the product',
  brand: 'the brand',
  status: 'whether the outside system stands behind it',
  test: 'whether it is a test, which pays nothing',
  kyc: 'the state of the verification',
  customerStatus: 'what bars the customer, and until when',
  payout: 'what a gateway tells about a payout of ours',
  group: 'the group of the trading account',
  accountCurrency: 'the currency of the trading account',
  execution: 'a field of an execution on the trading platform',
  link: 'which identifier belongs to which customer',
  extra: 'kept and shown, not judged',
  condition: 'decides which rule reads the row',
  check: 'tells that something is wrong with the row',
  revisionOrder: 'which telling of one record is the later one',
  envelope: 'whether the answer is a success',
};

/** Adds role, rule and meaning, read from the place in the document. `rules` are the names of the rules. */
export function completeReads(
  reads: readonly ReadField[],
  names: (rulesAt: string, index: number) => string | undefined,
): ReadField[] {
  return reads.map((read) => {
    const m = /^(\$(?:\.feeds\.(.+?))?\.)(?:(rules|checks)\[(\d+)\]\.)?(.*)$/.exec(read.at);
    if (m === null) return read;
    const role = roleOf(m[3], (m[5] ?? '').replace(/^events?(?:\[\d+\])?\./, ''));
    const rule = m[3] === undefined ? undefined : names(`${m[1]}${m[3]}`, Number(m[4]));
    const meaning = MEANINGS[role.split('.')[0] as string];
    return {
      ...read,
      role,
      ...(m[2] === undefined ? {} : { feed: m[2] }),
      ...(rule === undefined ? {} : { rule }),
      ...(meaning === undefined ? {} : { meaning }),
    };
  });
}

function roleOf(list: string | undefined, rest: string): string {
  if (list === 'checks') return 'check';
  const [head = '', next = ''] = rest.split(/[.[]/);
  if (head === 'when') return 'condition';
  if (head === 'execution' || head === 'link' || head === 'measures' || head === 'payout' || head === 'extra')
    return `${head}.${next}`;
  return head;
}
