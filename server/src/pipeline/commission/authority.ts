import { sortCanonically } from '../../kernel/canonical-order.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Authority, ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { CanonicalEvent, EventKind } from '../mapping/facts.ts';

/** A first deposit is a deposit: both are told of one transaction (rules.md 1.7). */
const TOLD_AS: Partial<Record<EventKind, EventKind>> = { first_deposit: 'deposit' };

function familyOf(event: PlacedEvent): EventKind {
  return TOLD_AS[event.content.kind] ?? event.content.kind;
}

function findAuthority(program: ProgramSnapshot, event: PlacedEvent): Authority | undefined {
  return program.authorities.get(familyOf(event));
}

/**
 * True when another source is the authority for this kind of fact: the event is shown and reconciled, and never counted, whether or
 * not the authority has told it yet, so the result does not depend on who came first (rules.md 1.7).
 */
export function isCorroborating(program: ProgramSnapshot, event: PlacedEvent): boolean {
  const authority = findAuthority(program, event);
  return authority !== undefined && authority.source !== event.sourceSlug;
}

/** The first event of the authority, in canonical order, that tells the same fact by the declared keys; undefined when it has told none of `events`. */
export function findCorroborated(
  program: ProgramSnapshot,
  event: PlacedEvent,
  events: readonly PlacedEvent[],
): PlacedEvent | undefined {
  const authority = findAuthority(program, event);
  if (authority === undefined) return undefined;
  const key = matchKeyOf(event, authority);
  if (key === undefined) return undefined;
  const told = events.filter(
    (other) =>
      other.sourceSlug === authority.source &&
      familyOf(other) === familyOf(event) &&
      matchKeyOf(other, authority) === key,
  );
  return sortCanonically(told)[0];
}

/** A sentence for the desk: which event it confirms, or that the authority has not told it. */
export function sayCorroborated(
  program: ProgramSnapshot,
  event: PlacedEvent,
  events: readonly PlacedEvent[],
): string {
  const original = findCorroborated(program, event, events);
  const source = findAuthority(program, event)?.source ?? '';
  return original === undefined
    ? `"${source}" is the authority for this kind of fact and has not told it`
    : `"${source}" is the authority and tells it as ${original.content.externalId}`;
}

/** Undefined when a declared key is absent: what has no key confirms nothing. */
function matchKeyOf(event: PlacedEvent, authority: Authority): string | undefined {
  const parts = authority.match.map((key) => partOf(event, key));
  return parts.includes(undefined) ? undefined : parts.join('\0');
}

function partOf(event: PlacedEvent, key: Authority['match'][number]): string | undefined {
  const { content } = event;
  const own: Record<Authority['match'][number], (content: CanonicalEvent) => string | undefined> = {
    transactionId: (told) => told.transactionId,
    externalId: (told) => told.externalId,
    originalId: (told) => told.originalId,
    amount: (told) => told.amount,
    currency: (told) => told.currency,
    day: (told) => told.occurredAt.slice(0, 10),
  };
  return own[key](content);
}

/**
 * The latest cut-over of the program and of these sources (rules.md 1.8 and 5 "CPA"): what happened before it counts for summaries,
 * firsts and positions, and pays nothing. Undefined when none of them has one.
 */
export function findCutOver(program: ProgramSnapshot, sourceSlugs: readonly string[]): Instant | undefined {
  let latest = program.cutOver.program;
  for (const slug of sourceSlugs) {
    const own = program.cutOver.sources.get(slug);
    if (own !== undefined && (latest === undefined || own > latest)) latest = own;
  }
  return latest;
}

/** True when an event of this source at this instant lies before the cut-over. */
export function isBeforeCutOver(
  program: ProgramSnapshot,
  at: Instant,
  sourceSlugs: readonly string[],
): boolean {
  const cutOver = findCutOver(program, sourceSlugs);
  return cutOver !== undefined && at < cutOver;
}
