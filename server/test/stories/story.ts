// How a story is told: what happened and what people said, each as one step that can be told at any time, and what it must come to.
import { at } from './scene.ts';
import type { Scene } from './scene.ts';
import type { Teller } from './teller.ts';

export interface Step {
  /** By which others, and `after`, mean it. */
  readonly name: string;
  /** Steps that must have been told before: what is taken back must have been said. */
  readonly after?: readonly string[];
  /** It sees what was decided so far, as a payment does. */
  readonly onDecided?: boolean;
  tell(teller: Teller): Promise<unknown>;
}

export interface Story extends Scene {
  /** What it promises, by rule. */
  readonly name: string;
  readonly told: readonly Step[];
  /** What each partner has earned in the end, held or not; who is not named has earned nothing. */
  readonly earned: Readonly<Record<string, string>>;
  /** Of that, what is not approved. */
  readonly held?: Readonly<Record<string, string>>;
  /** Event to the reason for which it pays nothing or waits; null: none. */
  readonly reasons?: Readonly<Record<string, string | null>>;
  /** Event to a part of what its explanation says. */
  readonly says?: Readonly<Record<string, string>>;
  /** `Ann share 2026-01` to the reason that the settlement of that month gives; null: none. */
  readonly months?: Readonly<Record<string, string | null>>;
  /** Customer to the partners over time, as names; and who lost with which reason in the last bond. */
  readonly whose?: Readonly<Record<string, readonly (string | null)[]>>;
  readonly lost?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const step = (name: string, tell: Step['tell'], more: Partial<Step> = {}): Step => ({ name, tell, ...more });

/** The same step under another name, or after others. */
export const as = (name: string, one: Step): Step => ({ ...one, name });
export const after = (names: readonly string[], one: Step): Step => ({
  ...one,
  after: [...(one.after ?? []), ...names],
});

/** After others, and after what they said was decided and booked. */
export const onceDecided = (names: readonly string[], one: Step): Step => ({
  ...after(names, one),
  onDecided: true,
});

export const registration = (customer: string, time: string, more: object = {}): Step =>
  step(`r-${customer}`, (teller) =>
    teller.report('crm', {
      kind: 'registration',
      externalId: `r-${customer}`,
      occurredAt: at(time),
      identifiers: [{ namespace: 'customer', value: customer }],
      ...more,
    }),
  );

/** A registration that brings the click of a visit, which `click` has made. */
export const clicked = (customer: string, time: string, click: string, more: object = {}): Step =>
  step(`r-${customer}`, (teller) =>
    registration(customer, time, { clickId: teller.known(click), ...more }).tell(teller),
  );

export function event(kind: string, customer: string, time: string, more: object = {}): Step {
  const externalId = `${kind} ${customer} ${time}`;
  return step(externalId, (teller) =>
    teller.report('crm', {
      kind,
      externalId,
      occurredAt: at(time),
      identifiers: [{ namespace: 'customer', value: customer }],
      ...more,
    }),
  );
}
export const deposit = (customer: string, time: string, more: object = {}): Step =>
  event('deposit', customer, time, { amount: '60', currency: 'USD', ...more });
export const purchase = (customer: string, time: string, more: object = {}): Step =>
  event('challenge_purchased', customer, time, { amount: '500', currency: 'USD', ...more });

/** One lot, opened an hour before it is closed unless told otherwise. */
export const trade = (login: string, closed: string, opened?: string, measures?: object): Step =>
  step(`t ${login} ${closed}`, (teller) => {
    const close = at(closed);
    const open = opened === undefined ? new Date(Date.parse(close) - 3_600_000).toISOString() : at(opened);
    const [opening = {}, closing = {}] = executions(login, `t ${login} ${closed}`, open, close);
    return teller.report(
      'mt5',
      opening,
      measures === undefined ? closing : { ...closing, currency: 'USD', measures },
    );
  });

function executions(login: string, id: string, open: string, close: string): object[] {
  const part = (entry: 'in' | 'out', time: string): object => ({
    kind: 'execution',
    recordType: 'deal',
    externalId: entry === 'out' ? id : `${id} in`,
    occurredAt: time,
    identifiers: [{ namespace: 'mt5:live', value: login }],
    execution: {
      account: `live:${login}`,
      position: id,
      order: `${id} ${entry}`,
      side: entry === 'in' ? 'buy' : 'sell',
      entry,
      symbol: 'EURUSD',
      lots: '1',
      price: '1.1',
      contractSize: '100000',
      service: false,
      cancelled: false,
    },
  });
  return [part('in', open), part('out', close)];
}

export const login = (customer: string, value: string, span: { from?: string; to?: string } = {}): Step =>
  step(`login ${value} of ${customer}`, (teller) =>
    teller.fact(`login ${value} of ${customer}`, '/v1/identifiers', {
      programId: teller.programId,
      namespace: 'mt5:live',
      value,
      customer: { value: customer },
      ...(span.from === undefined ? {} : { effectiveFrom: at(span.from) }),
      ...(span.to === undefined ? {} : { effectiveTo: at(span.to) }),
    }),
  );

const said = (customer: string, what: string, name: string, body: object): Step =>
  step(name, async (teller) =>
    teller.fact(name, `/v1/customers/${await teller.customer(customer)}/${what}`, {
      reason: 'told',
      ...body,
    }),
  );
export const kyc = (customer: string, status: string, from: string | null): Step =>
  said(customer, 'kyc', `kyc ${status} ${customer} ${from ?? 'ever'}`, {
    status,
    effectiveFrom: from === null ? null : at(from),
  });
export const status = (customer: string, value: string, from: string, to?: string): Step =>
  said(customer, 'status', `${value} ${customer} ${from}`, {
    status: value,
    effectiveFrom: at(from),
    ...(to === undefined ? {} : { effectiveTo: at(to) }),
  });
export const country = (customer: string, code: string, basis: 'declared' | 'kyc', from: string): Step =>
  said(customer, 'country', `${code} by ${basis} ${customer} ${from}`, {
    country: code,
    basis,
    effectiveFrom: at(from),
  });

/** Given to a partner by hand, or to nobody. A CPA that was granted goes along, unless told otherwise. */
export const bound = (customer: string, partner: string | null, from: string, more: object = {}): Step => {
  const name = `${customer} to ${partner ?? 'nobody'} ${from}`;
  return step(name, async (teller) =>
    teller.fact(name, `/v1/customers/${await teller.customer(customer)}/attributions`, {
      partnerId: partner === null ? null : teller.partner(partner),
      effectiveFrom: at(from),
      keepsCpa: false,
      reason: 'asked for',
      ...more,
    }),
  );
};

export const takenBack = (name: string): Step =>
  step(
    `not ${name}`,
    (teller) => teller.make(`/v1/facts/${teller.known(name)}/retraction`, { reason: 'a slip' }),
    { after: [name] },
  );

export const merged = (loser: string, survivor: string): Step => {
  const name = `${loser} into ${survivor}`;
  return step(name, async (teller) =>
    teller.fact(name, `/v1/customers/${await teller.customer(loser)}/merges`, {
      into: await teller.customer(survivor),
      reason: 'one person',
    }),
  );
};
export const parted = (loser: string, survivor: string): Step => {
  const name = `${loser} into ${survivor}`;
  return step(
    `not ${name}`,
    (teller) => teller.make(`/v1/merges/${teller.known(name)}/end`, { reason: 'two persons' }),
    { after: [name], onDecided: true },
  );
};

/** A person says whose a login is that several claim. */
export const kept = (value: string, customer: string, claims: readonly string[]): Step =>
  step(`${value} is of ${customer}`, (teller) => teller.keep(value, customer), {
    after: claims,
    onDecided: true,
  });

export const suspended = (partner: string, from: string): Step =>
  step(`${partner} suspended ${from}`, (teller) =>
    teller.change(`/v1/partners/${teller.partner(partner)}`, { status: 'suspended', suspendedAt: at(from) }),
  );
export const reinstated = (partner: string, from: string, suspension: string): Step =>
  step(
    `${partner} reinstated ${from}`,
    (teller) =>
      teller.change(`/v1/partners/${teller.partner(partner)}`, { status: 'active', reinstatedAt: at(from) }),
    { after: [`${partner} suspended ${suspension}`] },
  );

export const moved = (partner: string, parent: string | null, from: string): Step => {
  const name = `${partner} below ${parent ?? 'nobody'} ${from}`;
  return step(name, (teller) =>
    teller.fact(name, `/v1/partners/${teller.partner(partner)}/moves`, {
      parentId: parent === null ? null : teller.partner(parent),
      effectiveFrom: at(from),
      reason: 'asked for',
    }),
  );
};
export const movedBack = (name: string): Step =>
  step(
    `not ${name}`,
    (teller) => teller.make(`/v1/moves/${teller.known(name)}/retraction`, { reason: 'a slip' }),
    {
      after: [name],
    },
  );

/** A visit through a link of the partner; first of all, since a click id is needed to be told. */
export const click = (name: string, partner: string, time: string, more: object = {}): Step =>
  step(name, (teller) => teller.visit(name, partner, at(time), more));

/** A change of the settings of the program. */
export const setting = (name: string, body: object): Step =>
  step(name, (teller) => teller.change(`/v1/programs/${teller.programId}`, body));

export const terms = (partner: string | null, from: string, components: readonly object[]): Step => {
  const name = `terms of ${partner ?? 'all'} ${from}`;
  return step(name, (teller) =>
    teller.fact(name, '/v1/deals', {
      programId: teller.programId,
      partnerId: partner === null ? null : teller.partner(partner),
      effectiveFrom: at(from),
      reason: 'agreed',
      document: { currency: 'USD', components },
    }),
  );
};

/** Everything payable of a partner was paid; it must be this much. */
export const paid = (partner: string, amount: string, time: string, known: readonly string[]): Step =>
  step(`paid ${partner} ${time}`, (teller) => teller.pay(teller.partner(partner), amount, at(time)), {
    after: known,
    onDecided: true,
  });

/** A promo code; without bounds from ever and for ever. */
export const code = (value: string, partner: string, more: object = {}): Step =>
  step(`code ${value}`, (teller) =>
    teller.make('/v1/codes', {
      partnerId: teller.partner(partner),
      code: value,
      effectiveFrom: null,
      ...more,
    }),
  );

/** A creative of the operator that is approved from this instant on. */
export const creative = (name: string, from: string): Step =>
  step(name, (teller) => teller.approve(name, at(from)));
export const expired = (name: string, time: string): Step =>
  step(
    `${name} expired`,
    (teller) => teller.change(`/v1/creatives/${teller.known(name)}`, { expiresAt: at(time) }),
    { after: [name] },
  );
export const rejected = (name: string, from: string): Step =>
  step(
    `${name} rejected`,
    (teller) =>
      teller.make(`/v1/creatives/${teller.known(name)}/state`, {
        state: 'rejected',
        reason: 'promises profit',
        effectiveFrom: at(from),
      }),
    { after: [name] },
  );

/** A month is closed once all that is named was told. */
export const closed = (month: string, known: readonly string[]): Step =>
  onceDecided(
    known,
    step(`${month} closed`, (teller) =>
      teller.make(`/v1/programs/${teller.programId}/periods/${month}/close`, { reason: 'all is in' }),
    ),
  );
