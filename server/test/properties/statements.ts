// What is said about a world: facts written by API, and reports of outside systems that can come through several doors.
import { createHash } from 'node:crypto';
import { customerIdOf } from '../../src/kernel/derived-ids.ts';
import { wireId } from '../../src/kernel/ids.ts';
import { formatClickId } from '../../src/tracking/token.ts';
import type { Mac } from '../../src/tracking/token.ts';
import type { Click, LinkParts, Minute, Terms, World } from './world.ts';
import { CUSTOMERS } from './world.ts';
import { rowsOf } from './mt5-rows.ts';
import type { Mt5Row } from './mt5-rows.ts';

export const BEGIN = Date.parse('2026-01-01T00:00:00Z');
/** The one instant at which everything is said; after all that happened, and while some holds last. */
export const NOW = '2026-03-16T12:00:00.000Z';

/** What was made before anything is said; the same in every variant. Ids are uuids. */
export interface Stage {
  readonly programId: string;
  readonly partnerIds: readonly string[];
  readonly linkIds: readonly string[];
  readonly tokens: Readonly<Record<SourceName, string>>;
  readonly clickMac: Mac;
}

export type SourceName = 'crm' | 'shop' | 'live';

export interface Call {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: object;
}

/** A fact that is written by API. `call` is undefined while it names something that is not there yet. */
export interface Fact {
  readonly tag: 'fact';
  readonly name: string;
  readonly feature: string;
  call(known: ReadonlyMap<string, string>): Call | undefined;
}

/** A report of an outside system, in every form in which a door takes it. */
export interface Report {
  readonly tag: 'report';
  readonly name: string;
  readonly feature: string;
  readonly source: SourceName;
  readonly at: Minute;
  /** In our own shape; a platform has none. */
  readonly event?: Readonly<Record<string, unknown>>;
  /** As parameters of a postback; absent where these cannot say it. */
  readonly postback?: Readonly<Record<string, string>>;
  /** As a row of MetaTrader 5. */
  readonly row?: Mt5Row;
}

export type Statement = Fact | Report;

export function timeOf(minute: Minute): string {
  return new Date(BEGIN + minute * 60_000).toISOString();
}

export const customerName = (customer: number): string => `c${customer}`;
export const loginName = (login: number): string => `90${login}`;

/** Everything that is said about the world, in no order that means anything. */
export function statementsOf(world: World, stage: Stage): Statement[] {
  const reports = [
    ...registrations(world, stage),
    ...deposits(world, stage),
    ...takenBack(world, stage),
    ...kycEvents(world),
    ...tableRows(world),
  ];
  return [...facts(world, stage), ...revised(world, reports), ...rowsOf(world).map(platformReport)];
}

function facts(world: World, stage: Stage): Fact[] {
  const written = customerFacts(world, stage);
  return [
    ...world.terms
      .filter(firstOf((deal) => `${partnerOf(stage, deal.partner) ?? ''} ${deal.from ?? ''}`))
      .map((deal, index): Fact => ({
        tag: 'fact',
        name: `deal ${index}`,
        feature: `deal ${deal.partner === null ? 'of the program' : 'of a partner'}`,
        call: () => ({
          method: 'POST',
          path: '/v1/deals',
          body: {
            programId: wireId('prg', stage.programId),
            partnerId: wirePartner(stage, deal.partner),
            effectiveFrom: instantOrNull(deal.from),
            document: documentOf(deal.terms),
          },
        }),
      })),
    ...moves(world, stage),
    ...world.suspended.map(({ partner, at }): Fact => ({
      tag: 'fact',
      name: 'suspension',
      feature: 'suspension',
      call: () => ({
        method: 'PATCH',
        path: `/v1/partners/${wirePartner(stage, partner)}`,
        body: { status: 'suspended', suspendedAt: timeOf(at) },
      }),
    })),
    ...written,
    ...world.retractions
      .filter(firstOf((n) => String(n % Math.max(written.length, 1))))
      .flatMap((n): Fact[] => {
        const fact = written[n % Math.max(written.length, 1)];
        if (fact === undefined || fact.feature === 'introduction') return [];
        return [
          {
            tag: 'fact',
            name: `retraction of ${fact.name}`,
            feature: 'retraction',
            call: (known) => {
              const id = known.get(fact.name);
              return id === undefined
                ? undefined
                : { method: 'POST', path: `/v1/facts/${id}/retraction`, body: { reason: 'a slip' } };
            },
          },
        ];
      }),
  ];
}

function moves(world: World, stage: Stage): Fact[] {
  const count = stage.partnerIds.length;
  return world.moves
    .filter(({ child }) => child < count)
    .filter(firstOf(({ child, at }) => `${child} ${at}`))
    .map(({ child, parent, at }, index): Fact => ({
      tag: 'fact',
      name: `move ${index}`,
      feature: 'hierarchy move',
      // A parent always has a smaller number, so no order of moves closes a circle.
      call: () => ({
        method: 'POST',
        path: `/v1/partners/${wirePartner(stage, child)}/parent`,
        body: {
          parentId: wirePartner(stage, parent < 0 ? null : Math.min(parent, child - 1)),
          effectiveFrom: timeOf(at),
        },
      }),
    }));
}

/** Facts about customers. One that names a customer by id needs the customer to be there: an introduction by API sees to that. */
function customerFacts(world: World, stage: Stage): Fact[] {
  const named = new Set([
    ...world.attributions.map((fact) => fact.customer),
    ...world.kyc.filter((fact) => !fact.byEvent).map((fact) => fact.customer),
  ]);
  const identifiers = (body: object): Call => ({
    method: 'POST',
    path: '/v1/identifiers',
    body: { programId: wireId('prg', stage.programId), ...body },
  });
  const aboutCustomer =
    (customer: number, what: string, body: object) =>
    (known: ReadonlyMap<string, string>): Call | undefined => {
      if (!known.has(`introduction ${customer}`)) return undefined;
      const id = wireId('cus', customerIdOf(stage.programId, 'customer', customerName(customer)));
      return { method: 'POST', path: `/v1/customers/${id}/${what}`, body };
    };
  return [
    ...[...named].map((customer): Fact => ({
      tag: 'fact',
      name: `introduction ${customer}`,
      feature: 'introduction',
      call: () =>
        identifiers({
          namespace: 'customer',
          value: customerName(customer),
          customer: { value: customerName(customer) },
        }),
    })),
    ...world.links.map((link, index): Fact => ({
      tag: 'fact',
      name: `link ${index}`,
      feature: 'identifier link by API',
      call: () => {
        const { from, to } = boundsOf(link);
        return identifiers({
          namespace: 'mt5:live',
          value: loginName(link.login),
          customer: { value: customerName(link.customer) },
          effectiveFrom: instantOrNull(from),
          effectiveTo: instantOrNull(to),
        });
      },
    })),
    ...world.attributions.map(({ customer, partner, from }, index): Fact => ({
      tag: 'fact',
      name: `attribution ${index}`,
      feature: 'manual attribution',
      call: aboutCustomer(customer, 'attributions', {
        partnerId: wirePartner(stage, partner),
        effectiveFrom: instantOrNull(from),
        reason: `reason ${index}`,
      }),
    })),
    ...world.kyc
      .filter((fact) => !fact.byEvent)
      .map(({ customer, status, at }, index): Fact => ({
        tag: 'fact',
        name: `kyc ${index}`,
        feature: 'kyc by API',
        call: aboutCustomer(customer, 'kyc', { status: kycName(status), effectiveFrom: timeOf(at) }),
      })),
  ];
}

function registrations(world: World, stage: Stage): Report[] {
  return world.registrations.map((registration, index) => {
    const { customer, at, click, login, test } = registration;
    const clickId = click === null ? undefined : mint(stage, click, at, index);
    return report({
      name: `registration ${index}`,
      feature: `registration ${registration.registrar ? 'by the registrar' : 'by another source'}`,
      source: registration.registrar ? 'crm' : 'shop',
      at,
      kind: 'registration',
      id: `reg${index}`,
      transaction: `reg${index}`,
      names: {
        customer,
        ...(login === null ? {} : { login }),
        ...(clickId === undefined ? {} : { clickId }),
      },
      test,
    });
  });
}

function deposits(world: World, stage: Stage): Report[] {
  return world.deposits.map((deposit, index) => {
    const { kind, at, by, amount, twin, test, registrar } = deposit;
    return report({
      name: `deposit ${index}`,
      feature: by === 'customer' ? kind : `${kind} by ${by}`,
      source: registrar ? 'crm' : 'shop',
      at,
      kind,
      id: `dep${index}`,
      transaction: transactionOf(index, twin),
      names: namesOf(world, stage, deposit),
      amount: String(amount),
      test,
    });
  });
}

function transactionOf(index: number, twin: boolean): string {
  return `txn${twin && index > 0 ? index - 1 : index}`;
}

function namesOf(world: World, stage: Stage, deposit: World['deposits'][number]): Names {
  const { customer, by } = deposit;
  if (by === 'login') return { login: customer };
  if (by === 'customer') return { customer };
  const index = world.registrations.findIndex((own) => own.customer === customer && own.click !== null);
  const carrier = world.registrations[index];
  if (carrier === undefined || carrier.click === null) return { customer };
  return { clickId: mint(stage, carrier.click, carrier.at, index) };
}

function takenBack(world: World, stage: Stage): Report[] {
  return world.takenBack.flatMap(({ kind, deposit, at, amount }, index) => {
    const original = world.deposits[deposit % Math.max(world.deposits.length, 1)];
    if (original === undefined) return [];
    const place = world.deposits.indexOf(original);
    return [
      report({
        name: `${kind} ${index}`,
        feature: kind,
        source: original.registrar ? 'crm' : 'shop',
        at,
        kind,
        id: `back${index}`,
        transaction: `back${index}`,
        names: namesOf(world, stage, original),
        amount: String(amount ?? original.amount),
        original: transactionOf(place, original.twin),
        test: false,
      }),
    ];
  });
}

function kycEvents(world: World): Report[] {
  return world.kyc
    .filter((fact) => fact.byEvent)
    .map(({ customer, status, at }, index) =>
      report({
        name: `kyc event ${index}`,
        feature: 'kyc by event',
        source: 'crm',
        at,
        kind: 'kyc_status',
        id: `kyc${index}`,
        transaction: `kyc${index}`,
        names: { customer },
        kyc: kycName(status),
        test: false,
      }),
    );
}

function tableRows(world: World): Report[] {
  return world.tableRows.map((link, index) => {
    const { from, to } = boundsOf(link);
    return {
      tag: 'report' as const,
      name: `table row ${index}`,
      feature: 'row of a mapping table',
      source: 'crm' as const,
      at: 0,
      event: {
        kind: 'identifier_link',
        externalId: `row${index}`,
        occurredAt: timeOf(0),
        identifiers: [{ namespace: 'mt5:live', value: loginName(link.login) }],
        link: {
          namespace: 'mt5:live',
          value: loginName(link.login),
          customerNamespace: 'customer',
          customerValue: customerName(link.customer),
          ...(from === null ? {} : { effectiveFrom: timeOf(from) }),
          ...(to === null ? {} : { effectiveTo: timeOf(to) }),
        },
      },
    };
  });
}

interface Names {
  readonly customer?: number;
  readonly login?: number;
  readonly clickId?: string;
}

interface ReportParts {
  readonly name: string;
  readonly feature: string;
  readonly source: SourceName;
  readonly at: Minute;
  readonly kind: string;
  readonly id: string;
  readonly transaction: string;
  readonly names: Names;
  readonly amount?: string;
  readonly original?: string;
  readonly kyc?: string;
  readonly test: boolean;
}

/** The same report in our own shape and as the parameters of a postback. */
function report(parts: ReportParts): Report {
  const { name, feature, source, at, kind, id, transaction, names, amount, original, kyc, test } = parts;
  const { customer, login, clickId } = names;
  const identifiers = [
    ...(customer === undefined ? [] : [{ namespace: 'customer', value: customerName(customer) }]),
    ...(login === undefined ? [] : [{ namespace: 'mt5:live', value: loginName(login) }]),
  ];
  return {
    tag: 'report',
    name,
    feature,
    source,
    at,
    event: {
      kind,
      externalId: id,
      transactionId: transaction,
      occurredAt: timeOf(at),
      ...(identifiers.length === 0 ? {} : { identifiers }),
      ...(clickId === undefined ? {} : { clickId }),
      ...(amount === undefined ? {} : { amount, currency: 'USD' }),
      ...(original === undefined ? {} : { originalId: original }),
      ...(kyc === undefined ? {} : { kyc: { status: kyc } }),
      ...(test ? { test: true } : {}),
    },
    postback: {
      event: kind,
      external_id: id,
      txn_id: transaction,
      occurred_at: timeOf(at),
      ...(customer === undefined ? {} : { customer_id: customerName(customer) }),
      ...(login === undefined ? {} : { login: loginName(login) }),
      ...(clickId === undefined ? {} : { click_id: clickId }),
      ...(amount === undefined ? {} : { amount, currency: 'USD' }),
      ...(original === undefined ? {} : { original_id: original }),
      ...(kyc === undefined ? {} : { kyc }),
      ...(test ? { test: 'true' } : {}),
    },
  };
}

/** Adds the later statements. Every statement of an event that has several carries a version, so that arrival never decides. */
function revised(world: World, reports: readonly Report[]): Report[] {
  const changes = Map.groupBy(world.revisions, (revision) => revision.report % Math.max(reports.length, 1));
  return reports.flatMap((original, index) => {
    const own = changes.get(index);
    if (own === undefined || original.event === undefined) return [original];
    const versions: Report[] = [versioned(original, original.event, 1)];
    let event = original.event;
    for (const { change, by } of own) {
      event = change === 'again' ? original.event : changed(event, change, by);
      versions.push({ ...versioned(original, event, versions.length + 1), feature: `revision: ${change}` });
    }
    return versions;
  });
}

function versioned(original: Report, event: Readonly<Record<string, unknown>>, version: number): Report {
  const { postback: _postback, ...rest } = original;
  return {
    ...rest,
    name: `${original.name}, version ${version}`,
    event: { ...event, version: String(version).padStart(3, '0') },
  };
}

function changed(
  event: Readonly<Record<string, unknown>>,
  change: 'amount' | 'time' | 'customer' | 'declined',
  by: number,
): Record<string, unknown> {
  switch (change) {
    case 'amount':
      return event['amount'] === undefined
        ? { ...event, country: ['DE', 'FR', 'IT'][by % 3] }
        : { ...event, amount: String(20 + 60 * by) };
    case 'time':
      return { ...event, occurredAt: timeOf((by * 10 + 5) * 1440) };
    case 'customer':
      return event['link'] === undefined
        ? { ...event, identifiers: [{ namespace: 'customer', value: customerName(by % CUSTOMERS) }] }
        : { ...event, link: { ...(event['link'] as object), customerValue: customerName(by % CUSTOMERS) } };
    case 'declined':
      return event['link'] === undefined
        ? { ...event, status: 'declined' }
        : { ...event };
  }
}

function platformReport(row: Mt5Row): Report {
  return {
    tag: 'report',
    name: `execution ${row.Deal}${row.cancels ? ' cancelled' : ''}`,
    feature: row.feature,
    source: 'live',
    at: row.at,
    row,
  };
}

function mint(stage: Stage, click: Click, registeredAt: Minute, index: number): string {
  const partner = click.partner % stage.partnerIds.length;
  const random = createHash('sha256').update(`click ${index}`).digest().subarray(0, 8);
  const text = formatClickId(
    {
      linkId: stage.linkIds[partner] ?? '',
      partnerId: stage.partnerIds[partner] ?? '',
      atMillis: BEGIN + (registeredAt - click.daysBefore * 1440) * 60_000,
    },
    random,
    stage.clickMac,
  );
  return click.tampered ? `${text.slice(0, 20)}${text[20] === 'A' ? 'B' : 'A'}${text.slice(21)}` : text;
}

function documentOf(terms: Terms): object {
  const levels = { mode: terms.mode, maxDepth: terms.depth };
  const { cpa } = terms;
  return {
    currency: terms.currency,
    symbolGroups: { metals: ['XAUUSD'] },
    components: [
      {
        id: 'per-lot',
        kind: 'per_lot',
        levels,
        minimumDurationSeconds: terms.minimumDuration,
        holdDays: terms.hold,
        rates: [{ rate: tenths(terms.rate) }, { group: 'metals', rate: tenths(terms.goldRate) }],
        overrides: [{ rate: tenths(terms.override) }],
      },
      ...(cpa === null
        ? []
        : [
            {
              id: 'cpa',
              kind: 'cpa',
              levels,
              amount: String(cpa.amount),
              override: cpa.override === null ? null : String(cpa.override),
              minimumDeposit: String(cpa.minimum),
              windowDays: cpa.windowDays,
              requireKyc: cpa.kyc,
              termsAt: cpa.termsAt,
              holdDays: terms.hold,
            },
          ]),
    ],
  };
}

const tenths = (n: number): string => (n / 10).toFixed(1);

function kycName(status: number): 'pending' | 'passed' | 'failed' {
  return (['pending', 'passed', 'failed'] as const)[status] ?? 'passed';
}

function instantOrNull(minute: Minute | null): string | null {
  return minute === null ? null : timeOf(minute);
}

/** A link that would end before it begins lasts a day instead. */
function boundsOf({ from, to }: LinkParts): { from: Minute | null; to: Minute | null } {
  return from !== null && to !== null && to <= from ? { from, to: from + 1440 } : { from, to };
}

function partnerOf(stage: Stage, partner: number | null): string | undefined {
  return partner === null ? undefined : stage.partnerIds[partner % stage.partnerIds.length];
}

function wirePartner(stage: Stage, partner: number | null): string | null {
  const id = partnerOf(stage, partner);
  return id === undefined ? null : wireId('prt', id);
}

/** Keeps the first of those with the same key: two versions cannot begin at one instant. */
function firstOf<T>(keyOf: (item: T) => string): (item: T, index: number, all: readonly T[]) => boolean {
  return (item, index, all) => all.findIndex((other) => keyOf(other) === keyOf(item)) === index;
}
