// The tree from the cent to the raw bytes: every node names what it shows (ref) and shows it (value), so that an
// explanation can be read without asking anything else.
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatMoney } from '../../kernel/money.ts';
import { readHoldReason } from '../../pipeline/ledger/facts.ts';
import { sayProgress } from '../../pipeline/qualification/index.ts';
import { findVersionAt } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { BroughtToMonth, EventEvidence, ExplainedLine, ExplainNode } from './facts.ts';
import { gradeNodes, gradeOfBasis } from './grade-sentences.ts';
import { attributionOf, partnerName } from './event-sentences.ts';
import { sayMonth } from './wording.ts';

/** The event with everything below it, and its lines with everything above it. */
export function treeOfEvent(
  evidence: EventEvidence,
  lines: readonly ExplainedLine[],
  brings: readonly BroughtToMonth[],
): ExplainNode {
  return {
    ...eventNode(evidence),
    children: [
      ...lines.map((line) => lineNode(evidence, line)),
      ...brings.map(broughtNode),
      ...groundsOf(evidence),
    ],
  };
}

/** What it brings to a month: the sums stand in the settlement of that month together with everything else. */
function broughtNode(brought: BroughtToMonth): ExplainNode {
  const { partnerId, partnerName, component, period, measures, candidate, lateOf } = brought;
  return node(['period_input', `${component} of ${partnerName}, ${sayMonth(period)}`], {
    partner: wireId('prt', partnerId),
    component,
    period: period.slice(0, 7),
    measures,
    ...(lateOf === undefined ? {} : { lateOf: lateOf.slice(0, 7) }),
    ...(candidate === undefined ? {} : { candidate }),
    settlement: settlementPath({ partnerId, component, period }),
  });
}

/** Where the explanation of a month is asked for. */
export function settlementPath(of: Pick<BroughtToMonth, 'partnerId' | 'component' | 'period'>): string {
  return `/v1/partners/${wireId('prt', of.partnerId)}/settlements/${of.period.slice(0, 7)}/${of.component}`;
}

/** One commission row: net of its key, line, deal, hierarchy, and the event with its grounds. */
export function treeOfCommission(
  evidence: EventEvidence,
  line: ExplainedLine,
  commissionId: string,
): ExplainNode {
  const posting = line.postings.find((entry) => entry.commissionId === commissionId);
  const value =
    posting === undefined
      ? {}
      : {
          amount: money(posting.amountMinor, posting.currency),
          bookedAt: formatInstant(posting.bookedAt),
          state: posting.state,
        };
  const event = { ...eventNode(evidence), children: groundsOf(evidence) };
  return node(['commission', `Commission of ${line.partnerName}`], value, {
    children: [lineNode(evidence, line), event],
    ref: commissionId,
  });
}

function lineNode(evidence: EventEvidence, line: ExplainedLine): ExplainNode {
  const { program } = evidence;
  const value = {
    naturalKey: line.naturalKey,
    component: line.component,
    level: line.level,
    partner: wireId('prt', line.partnerId),
    desired: line.desiredMinor === null ? null : money(line.desiredMinor, line.currency),
    booked: money(line.bookedMinor, line.currency),
    state: line.state,
    ...(line.line === null
      ? {}
      : {
          leaf: line.line.leaf,
          basis: line.line.basis,
          holdDay: line.line.holdDay,
          holdReason: line.line.holdReason,
        }),
  };
  const children = [
    ...(line.line === null ? [] : [dealNode(evidence, line.line.dealId, line.line.dealVersion)]),
    ...(line.line === null ? [] : gradeNodes(program, line.partnerId, gradeOfBasis(line.line.basis))),
    hierarchyNode(evidence, line.partnerId),
    ...line.postings.map((posting) => postingNode(posting, program.id)),
  ];
  return node(['line', `${line.component}, level ${line.level}: ${line.partnerName}`], value, { children });
}

export function dealNode(
  evidence: Pick<EventEvidence, 'program' | 'dealTerms'>,
  dealId: string,
  version: number,
): ExplainNode {
  const deals = [...evidence.program.defaultDeals, ...[...evidence.program.dealsOf.values()].flat()];
  const deal = deals.find((entry) => entry.id === dealId);
  const value =
    deal === undefined
      ? { version }
      : {
          version,
          partner: deal.partnerId === null ? null : wireId('prt', deal.partnerId),
          effectiveFrom: boundOf(deal.effectiveFrom),
          document: deal.document,
          terms: evidence.dealTerms.get(dealId) ?? [],
        };
  return node(['deal', `Deal version ${version}`], value, { ref: wireId('del', dealId) });
}

/** The partner and those above it at the instant of the event. */
function hierarchyNode(evidence: EventEvidence, partnerId: string): ExplainNode {
  return hierarchyAt(evidence.program, partnerId, evidence.event.occurredAt);
}

/** The partner and those above it at an instant. */
export function hierarchyAt(program: ProgramSnapshot, partnerId: string, instant: Instant): ExplainNode {
  const above: { partner: string; name: string }[] = [];
  const seen = new Set<string>();
  for (
    let at: string | null = partnerId;
    at !== null && !seen.has(at);
    at = findVersionAt(program.edges.get(at) ?? [], instant)?.parentId ?? null
  ) {
    seen.add(at);
    above.push({ partner: wireId('prt', at), name: program.partners.get(at)?.name ?? at });
  }
  return node(['hierarchy', 'The partner and those above it when it happened'], {
    at: formatInstant(instant),
    fromPartnerToTop: above,
  });
}

export function postingNode(posting: ExplainedLine['postings'][number], programId: string): ExplainNode {
  const { group } = posting;
  const hold = readHoldReason(posting.holdReason);
  const groupNode =
    group === null
      ? []
      : [
          node(['settlement_group', `Held until ${posting.holdDay}`], {
            component: posting.component,
            holdDay: posting.holdDay,
            holdReason: hold.shown,
            ...(hold.changeSetId === null ? {} : { changeSetId: wireId('chg', hold.changeSetId) }),
            holdUntil: boundOf(group.holdUntil),
            held: money(group.heldMinor, posting.currency),
            approved: money(group.approvedMinor, posting.currency),
            releases: group.releases,
            decisions: group.decisions.map((decision) => ({
              id: decision.id,
              kind: decision.kind,
              effectiveAt: formatInstant(decision.effectiveAt),
              recordedBy: decision.recordedBy,
            })),
          }),
        ];
  const value = {
    amount: money(posting.amountMinor, posting.currency),
    state: posting.state,
    bookedAt: formatInstant(posting.bookedAt),
    program: wireId('prg', programId),
    journalRow: { lane: posting.journal.lane, hop: posting.journal.hopId, row: posting.journal.rowNo },
    legs: posting.legs.map((leg) => ({
      account: leg.account,
      amount: money(leg.amountMinor, posting.currency),
    })),
  };
  return node(['posting', 'Journal row'], value, { children: groupNode, ref: posting.commissionId });
}

function eventNode(evidence: EventEvidence): Omit<ExplainNode, 'children'> {
  const { event, source, placement } = evidence;
  return {
    kind: 'event',
    title: `${event.content.kind} ${event.externalId}`,
    ref: wireId('evt', event.id),
    value: {
      key: {
        source: source.slug,
        recordType: event.recordType,
        externalId: event.externalId,
        part: event.part,
      },
      occurredAt: formatInstant(event.occurredAt),
      receivedAt: formatInstant(event.receivedAt),
      revision: event.revision,
      revisionOrder: event.orderValue,
      mappingVersion: event.mappingVersion,
      content: event.content,
      decision:
        placement === null
          ? null
          : { state: placement.state, reason: placement.reason, detail: placement.decision?.detail ?? null },
      ...(event.failed === null ? {} : { failed: event.failed }),
    },
  };
}

/** What the event rests on: trade, customer, attribution, gates, delivery. */
function groundsOf(evidence: EventEvidence): ExplainNode[] {
  return [
    ...tradeNode(evidence),
    ...rateNode(evidence),
    ...progressNode(evidence),
    ...customerNode(evidence),
    ...attributionNode(evidence),
    ...gateNode(evidence),
    ...revisionNode(evidence),
    ...deliveryNode(evidence),
  ];
}

function tradeNode(evidence: EventEvidence): ExplainNode[] {
  const assembly = evidence.placement?.decision?.assembly;
  if (assembly?.kind !== 'trade') return [];
  const { trade } = assembly;
  const openings = evidence.openings.map((opening) =>
    node(
      ['opening', `Opening ${opening.externalId}`],
      { occurredAt: formatInstant(opening.occurredAt), execution: opening.content.execution ?? null },
      { ref: wireId('evt', opening.eventId) },
    ),
  );
  const value = {
    ...trade,
    openedAt: formatInstant(trade.openedAt),
    closedAt: formatInstant(trade.closedAt),
    openedBy: trade.openedBy.map((id) => wireId('evt', id)),
    ...(trade.closedWith === undefined ? {} : { closedWith: wireId('evt', trade.closedWith) }),
  };
  return [node(['trade', `${trade.lots} lots ${trade.symbol}`], value, { children: openings })];
}

/** What the money of the event is worth in the program's currency, and at which rate (requirements M7). */
function rateNode(evidence: EventEvidence): ExplainNode[] {
  const base = evidence.placement?.decision?.base;
  if (base === undefined) return [];
  const title =
    base.amount === undefined
      ? `No rate to ${base.currency} for that instant`
      : `${base.amount} ${base.currency} at ${base.rate ?? ''}`;
  return [node(['rate', title], { ...base })];
}

/** How far the customer is with each condition of the CPA. */
function progressNode(evidence: EventEvidence): ExplainNode[] {
  const progress = evidence.placement?.decision?.progress ?? [];
  if (progress.length === 0) return [];
  const missing = sayProgress(progress);
  const title = missing === '' ? 'Conditions of the CPA' : `Conditions of the CPA: ${missing}`;
  return [node(['conditions', title], { progress })];
}

function customerNode(evidence: EventEvidence): ExplainNode[] {
  const { customer, event } = evidence;
  const claims = evidence.claims.map((claim) =>
    node(['identifier_link', 'Link of the identifier'], {
      customer: wireId('cus', claim.customerId),
      from: boundOf(claim.from),
      to: boundOf(claim.to),
      origin: claim.originId,
    }),
  );
  const identifier = node(
    ['identifier', 'The identifier that resolves the event'],
    { ...event.content.identifiers[0] },
    { children: claims },
  );
  if (customer === null) return [identifier];
  const value = {
    namespace: customer.namespace,
    value: customer.value,
    registeredAt:
      customer.context.registeredAt === null ? null : formatInstant(customer.context.registeredAt),
    country: customer.context.country,
  };
  return [
    node(['customer', `Customer ${customer.value}`], value, {
      children: [identifier],
      ref: wireId('cus', customer.id),
    }),
  ];
}

function attributionNode(evidence: EventEvidence): ExplainNode[] {
  const attribution = attributionOf(evidence);
  if (attribution === undefined) return [];
  const show = (candidate: (typeof attribution.losers)[number]): object => ({
    ...candidate,
    at: boundOf(candidate.at),
    partnerId: candidate.partnerId === null ? null : wireId('prt', candidate.partnerId),
    ...(candidate.linkId === undefined ? {} : { linkId: wireId('lnk', candidate.linkId) }),
  });
  const value = {
    from: boundOf(attribution.from),
    partner: attribution.partnerId === null ? null : wireId('prt', attribution.partnerId),
    reason: attribution.reason ?? null,
    winner: attribution.winner === null ? null : show(attribution.winner),
    losers: attribution.losers.map(show),
  };
  const title =
    attribution.partnerId === null
      ? 'Organic'
      : `Attributed to ${partnerName(evidence, attribution.partnerId)}`;
  return [node(['attribution', title], value)];
}

function gateNode(evidence: EventEvidence): ExplainNode[] {
  const kyc = evidence.customer?.context.kyc ?? [];
  if (kyc.length === 0) return [];
  return [
    node(['gate', 'KYC of the customer'], {
      spans: kyc.map((span) => ({ from: boundOf(span.from), status: span.status })),
    }),
  ];
}

function revisionNode(evidence: EventEvidence): ExplainNode[] {
  if (evidence.earlierRevisions.length === 0) return [];
  const revisions = evidence.earlierRevisions.map((revision) => ({
    ...revision,
    recordedAt: formatInstant(revision.recordedAt),
  }));
  return [node(['revisions', 'Other revisions of the event'], { revisions })];
}

function deliveryNode(evidence: EventEvidence): ExplainNode[] {
  const { delivery, source } = evidence;
  if (delivery === null) return [];
  const { id, receivedAt, ...rest } = delivery;
  return [
    node(
      ['delivery', `Delivery from ${source.slug}`],
      { ...rest, source: wireId('src', source.id), receivedAt: formatInstant(receivedAt) },
      { ref: id },
    ),
  ];
}

/** `about` is kind and title. */
export function node(
  about: readonly [string, string],
  value: Readonly<Record<string, unknown>>,
  more: { children?: readonly ExplainNode[]; ref?: string } = {},
): ExplainNode {
  const [kind, title] = about;
  const { children = [], ref } = more;
  return ref === undefined ? { kind, title, value, children } : { kind, title, ref, value, children };
}

export function money(amountMinor: string, currency: string): { amount: string; currency: string } {
  return { amount: formatMoney({ amountMinor: BigInt(amountMinor), currency }), currency };
}

function boundOf(instant: Instant | null): string | null {
  return instant === null || !Number.isFinite(instant) ? null : formatInstant(instant);
}
