// What is said about an event: what happened, whose it is, who referred the customer, and why it paid nothing.
import { instantFromIso } from '../../kernel/instant.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { Attribution, Candidate } from '../../pipeline/attribution/facts.ts';
import { PIXEL_MARK } from '../../pipeline/intake/facts.ts';
import { sayProgress } from '../../pipeline/qualification/index.ts';
import type { BroughtToMonth, EventEvidence, ExplainedLine, Explanation, Sentences } from './facts.ts';
import { sayTrade } from './paid-sentences.ts';
import { isGiven } from './rebate-sentences.ts';
import { sayAmount, sayDuration, sayFrom, sayLots, sayMinor, sayMonth, sayTime } from './wording.ts';

export type EventState = Explanation['state'];

/** Where the event is on the road, and the code of why it stays there or paid nothing. */
export function standingOf(evidence: EventEvidence): { state: EventState; reason: ReasonCode | null } {
  const { event, placement, parked } = evidence;
  if (event.failed !== null || placement?.state === 'failed') return { state: 'failed', reason: 'failed' };
  if (parked !== null) return { state: 'parked', reason: codeOf(parked.reason) };
  if (
    evidence.moving ||
    placement === null ||
    placement.state === 'pending' ||
    placement.state === 'withdrawn'
  )
    return { state: 'moving', reason: null };
  return { state: placement.state, reason: codeOf(placement.reason) };
}

function codeOf(text: string | null): ReasonCode | null {
  return text !== null && isReasonCode(text) ? text : null;
}

/** 'A deposit of 150.00 USD on 3 July 2024 at 12:00', 'The purchase of ...'. Names no customer. */
export function sayEvent(evidence: EventEvidence): string {
  const { content, occurredAt } = evidence.event;
  const at = sayTime(occurredAt, evidence.program.zone);
  const amount =
    content.amount === undefined || content.currency === undefined
      ? ''
      : ` of ${sayAmount(content.amount, content.currency)}`;
  if (content.execution !== undefined) {
    const { lots, symbol, side, entry } = content.execution;
    return `The platform told a ${side} of ${sayLots(lots)} ${symbol} on ${at} (${ENTRY_WORDS[entry]}).`;
  }
  if (content.link !== undefined)
    return `A row of a mapping table of ${at} linked an identifier to a customer.`;
  if (content.payout !== undefined)
    return `The gateway told on ${at} that a payout${amount} is ${content.payout.status}.`;
  if (content.extra?.[PIXEL_MARK] === 'true')
    return `A page told by its pixel, the weaker evidence, a ${content.kind.replaceAll('_', ' ')}${amount} of ${at}.`;
  const kind = content.kind.replaceAll('_', ' ');
  return `The source told ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}${amount} of ${at}.`;
}

const ENTRY_WORDS = {
  in: 'opens',
  out: 'closes',
  inout: 'closes and opens the other way',
  out_by: 'closes by an opposite position',
} as const;

/** Money in another currency than the program's, with the rate that was taken; or that there was none. */
function sayRate(evidence: EventEvidence): string[] {
  const { content } = evidence.event;
  const base = evidence.placement?.decision?.base;
  if (base === undefined || content.amount === undefined || content.currency === undefined) return [];
  const told = sayAmount(content.amount, content.currency);
  if (base.amount === undefined || base.rate === undefined)
    return [`There is no exchange rate from ${content.currency} to ${base.currency} for that instant yet.`];
  return [
    `${told} was worth ${sayAmount(base.amount, base.currency)} at ${base.rate} (${base.rateSource ?? ''}, published ${base.rateAt ?? ''}).`,
  ];
}

/** Whose event it is and by what it is known; operators only. */
export function sayCustomer(evidence: EventEvidence): string[] {
  const { customer, event, program } = evidence;
  const first = event.content.identifiers[0];
  const name = first === undefined ? 'no identifier' : `${first.namespace} ${first.value}`;
  if (customer === null) return [`It names ${name}, which belongs to no customer at that time.`];
  const said = [];
  const claim = evidence.claims.find(
    (entry) =>
      entry.customerId === customer.id && entry.from <= event.occurredAt && event.occurredAt < entry.to,
  );
  const until =
    claim === undefined || !Number.isFinite(claim.to) ? '' : ` until ${sayTime(claim.to, program.zone)}`;
  said.push(
    claim === undefined
      ? `It names ${name} itself as the customer.`
      : `The identifier ${name} belongs to customer ${customer.value} ${sayFrom(claim.from, program.zone)}${until}.`,
  );
  return said;
}

/** The attribution in force at the instant of the event; undefined before the first. */
export function attributionOf(evidence: EventEvidence): Attribution | undefined {
  return evidence.customer?.context.attributions.findLast((entry) => entry.from <= evidence.event.occurredAt);
}

/** Who referred the customer, and who else could have; operators only. */
export function sayAttribution(evidence: EventEvidence): string[] {
  const attribution = attributionOf(evidence);
  if (evidence.customer === null || attribution === undefined) return [];
  const { program } = evidence;
  const losers = attribution.losers.map(
    (loser) =>
      `${sayCandidate(evidence, loser)} lost: ${reasonSentence(loser.lost ?? 'lost_to_candidate', 'operator')}`,
  );
  if (attribution.partnerId === null)
    return [
      `The customer is organic: ${reasonSentence(attribution.reason ?? 'unattributed', 'operator')}`,
      ...losers,
    ];
  const how = attribution.winner === null ? '' : ` by ${sayCandidate(evidence, attribution.winner)}`;
  return [
    `The customer is attributed to ${partnerName(evidence, attribution.partnerId)} ${sayFrom(attribution.from, program.zone)}${how}.`,
    ...losers,
  ];
}

function sayCandidate(evidence: EventEvidence, candidate: Candidate): string {
  const zone = evidence.program.zone;
  if (candidate.kind === 'manual') return 'a manual attribution';
  const where = candidate.campaign === undefined ? '' : ` on campaign "${candidate.campaign}"`;
  if (candidate.kind === 'code')
    return `a code${candidate.code === undefined ? '' : ` "${candidate.code}"`} of ${sayTime(candidate.at, zone)}${where}`;
  return candidate.partnerId === null
    ? 'a click id that is not ours'
    : `a click of ${sayTime(candidate.at, zone)}${where}`;
}

export function partnerName(evidence: EventEvidence, partnerId: string): string {
  return evidence.program.partners.get(partnerId)?.name ?? partnerId;
}

/** Why the event paid nothing or waits: the trade with what it fell short of, the reason's sentence, and the detail. */
export function sayReason(
  evidence: EventEvidence,
  reason: ReasonCode | null,
  audience: 'operator' | 'partner',
): string[] {
  if (reason === null) return [];
  const said = [];
  const trade = sayTrade(evidence);
  if (trade !== undefined) said.push(`${trade}.`);
  said.push(sayZeroReason(evidence, reason, audience));
  const minimum =
    evidence.placement?.decision?.assembly?.kind === 'trade' && reason === 'trade_too_short'
      ? minimumDuration(evidence)
      : undefined;
  if (minimum !== undefined) said.push(`The deal asks for at least ${sayDuration(minimum * 1_000_000)}.`);
  const detail = evidence.placement?.decision?.detail;
  if (detail !== undefined && detail !== '' && audience === 'operator') said.push(sentenceOf(detail));
  const missing = sayProgress(evidence.placement?.decision?.progress ?? []);
  // The operator's detail says it already.
  if (missing !== '' && audience === 'partner') said.push(sentenceOf(`the customer ${missing}`));
  return missing === '' ? said : [...said, ...sayWindow(evidence)];
}

/** The sentence of the reason; of two cases that the code does not tell apart, what is true of them. */
function sayZeroReason(
  { event, customer }: EventEvidence,
  reason: ReasonCode,
  audience: 'operator' | 'partner',
): string {
  const { kind, measures } = event.content;
  if (reason === 'corroborating' && kind === 'registration' && customer !== null)
    return 'The customer was registered before; this registration is kept and changes nothing.';
  const figures = Object.values(measures ?? {});
  if (
    (reason === 'not_commissionable' || reason === 'zero_amount') &&
    figures.length > 0 &&
    figures.every((figure) => Number(figure) === 0)
  )
    return 'All its figures are zero.';
  return reasonSentence(reason, audience);
}

/** That it is too late for what is missing: read from the clock, because nothing happened that could have said so (rules.md 2.6). */
function sayWindow({ customer, program, now }: EventEvidence): string[] {
  const standing = customer?.cpa ?? null;
  const closes = standing?.closesAt ?? standing?.windowEnds;
  if (standing?.state !== 'open' || closes === undefined) return [];
  const ended = instantFromIso(closes);
  return ended > now
    ? []
    : [`The window ended on ${sayTime(ended, program.zone)}, so the customer does not qualify any more.`];
}

/** The minimum duration of the deals of the attributed partner at that instant, in seconds. */
function minimumDuration(evidence: EventEvidence): number | undefined {
  const partnerId = attributionOf(evidence)?.partnerId ?? null;
  if (partnerId === null) return undefined;
  const deal = findDealInForce(evidence.program, partnerId, evidence.event.occurredAt);
  const listed = deal?.document.components ?? [];
  const minimums = listed.flatMap((entry) =>
    'minimumDurationSeconds' in entry ? [entry.minimumDurationSeconds] : [],
  );
  return minimums.length === 0 ? undefined : Math.max(...minimums);
}

function sentenceOf(detail: string): string {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What has to arrive before the event can be judged. */
export function listMissing(
  evidence: EventEvidence,
  standing: { state: EventState; reason: ReasonCode | null },
): string[] {
  const first = evidence.event.content.identifiers[0];
  const name = first === undefined ? 'its identifier' : `${first.namespace} ${first.value}`;
  const at = sayTime(evidence.event.occurredAt, evidence.program.zone);
  if (standing.state === 'moving') return ['Nothing: the event is on its way and is judged in a moment.'];
  if (standing.state === 'failed')
    return ['A correction: processing failed, and an operator must retry the event.'];
  if (standing.state === 'parked') {
    if (standing.reason === 'identity_conflict')
      return [`A decision which of the customers owns ${name} at ${at}.`];
    if (standing.reason === 'not_a_registrar')
      return [`A registration from a registrar source, or a link of ${name} to a customer.`];
    return [`A link of ${name} to a customer that is in force at ${at}.`];
  }
  if (standing.state !== 'waiting') return [];
  if (standing.reason === 'trade_open_missing')
    return [`The opening execution of position ${evidence.event.content.execution?.position ?? ''}.`];
  if (standing.reason === 'unknown_payout') return ['A payout of ours with this id.'];
  if (standing.reason === 'unknown_customer') return ['The registration of the customer.'];
  return [reasonSentence(standing.reason ?? 'qualification_pending', 'operator')];
}

/** All sentences of an event, for both audiences; the lines' own sentences stand with them. */
export function sentencesOfEvent(
  evidence: EventEvidence,
  standing: { state: EventState; reason: ReasonCode | null },
  lines: readonly ExplainedLine[],
): Sentences {
  const event = sayEvent(evidence);
  const missing = listMissing(evidence, standing).map(
    (text) => `Missing: ${text.charAt(0).toLowerCase()}${text.slice(1)}`,
  );
  const why = {
    operator: sayReason(evidence, standing.reason, 'operator'),
    partner: sayReason(evidence, standing.reason, 'partner'),
  };
  return {
    operator: [
      event,
      ...sayRate(evidence),
      ...sayDelivery(evidence),
      ...sayCustomer(evidence),
      ...sayAttribution(evidence),
      ...sayOpenings(evidence),
      ...why.operator,
      ...sayZeros(evidence, lines),
      ...missing,
      ...lines.flatMap((line) => line.sentences.operator),
    ],
    // Whoever reads this as a partner gets the amounts from the own line only (explain of a commission).
    partner: [event, ...why.partner, ...(lines.length > 0 ? ['The event is part of a commission.'] : [])],
  };
}

const SHARE_REASONS: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['cpa_instead', 'share_begins_later']);

/** Who could have earned as well and did not; left out where the event as a whole paid nothing, because its reason says it. */
function sayZeros(evidence: EventEvidence, lines: readonly ExplainedLine[]): string[] {
  const { zeros = [], reason } = evidence.placement?.decision ?? {};
  // What a share leaves out is said beside whatever else the event brought.
  const told =
    lines.length > 0
      ? zeros
      : zeros.filter((zero) => SHARE_REASONS.has(zero.reason) && zero.reason !== reason);
  return told.map((zero) => {
    const what = isGiven(zero) ? 'gives nothing to the customer' : 'earns nothing';
    return `${partnerName(evidence, zero.partnerId)}, level ${zero.level}, ${what}: ${reasonSentence(zero.reason, 'operator')}`;
  });
}

function sayDelivery(evidence: EventEvidence): string[] {
  const { delivery, event, source, program } = evidence;
  const revision = event.revision === 1 ? '' : ` It is revision ${event.revision} of the event.`;
  if (delivery === null)
    return [`It was told by source ${source.slug}; the delivery is not kept any more.${revision}`];
  return [
    `It came from source ${source.slug} (${delivery.feed}) on ${sayTime(delivery.receivedAt, program.zone)}, as ${event.recordType} ${event.externalId}, read with mapping version ${event.mappingVersion}.${revision}`,
  ];
}

function sayOpenings(evidence: EventEvidence): string[] {
  const { openings, program } = evidence;
  const opened = openings.filter((opening) => opening.content.execution !== undefined);
  if (opened.length === 0) return [];
  const each = opened.map(
    (opening) =>
      `${sayLots(opening.content.execution?.lots ?? '0')} by ${opening.externalId} on ${sayTime(opening.occurredAt, program.zone)}`,
  );
  return [`The position was opened with ${each.join(' and ')}.`];
}

/** One sentence that says it all. */
export function summaryOf(
  evidence: EventEvidence,
  {
    standing,
    lines,
    brings,
  }: {
    readonly standing: { state: EventState; reason: ReasonCode | null };
    readonly lines: readonly ExplainedLine[];
    readonly brings: readonly BroughtToMonth[];
  },
): string {
  const paying = lines.filter((line) => line.desiredMinor !== null);
  if (paying.length > 0) {
    const parts = paying
      .filter((line) => !isGiven(line))
      .map((line) => `${sayMinor(line.desiredMinor ?? '0', line.currency)} to ${line.partnerName}`);
    const given = paying
      .filter(isGiven)
      .map(
        ({ desiredMinor, currency, partnerName: name }) =>
          `; ${name} gives ${sayMinor(String(-BigInt(desiredMinor ?? '0')), currency)} of it to the customer`,
      );
    return `${sayTrade(evidence) ?? sayEvent(evidence).replace(/\.$/, '')}: pays ${parts.join(' and ')}${given.join('')}.`;
  }
  const reason = standing.reason === null ? '' : ` ${sayZeroReason(evidence, standing.reason, 'operator')}`;
  switch (standing.state) {
    case 'moving':
      return 'The event is on its way; nothing is decided yet.';
    case 'failed':
      return 'Processing this event failed; nothing is paid for it.';
    case 'parked':
      return `The event is parked:${reason}`;
    case 'waiting':
      return `The event waits:${reason}`;
    case 'decided':
      if (brings.length > 0 && (standing.reason === null || standing.reason === 'settled_by_period')) {
        const months = new Set(brings.map((one) => `${sayMonth(one.period)} of ${one.partnerName}`));
        return `${sayEvent(evidence).replace(/\.$/, '')}: it counts in the settlement of ${[...months].join(' and ')}.`;
      }
      return `The event pays nothing:${reason === '' ? ' no component of the deal pays on it.' : reason}`;
  }
}
