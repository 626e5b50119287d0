import { laneOf } from '../../kernel/lane.ts';
import type { PlacedEvent } from '../../pipeline/identity/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { RebuiltEvent, Told } from './facts.ts';
import type { RoadRules } from './road-rules.ts';

type RevisionRules = Pick<RoadRules, 'classifyRevision' | 'applyVerdict'>;

/**
 * The effective revision of one event, from everything that was ever told of it. Statements are judged in the order of
 * arrival; where two doors took statements in the same moment, what each door answered says who was first, because under
 * `arrival` that order is evidence (rules.md 1.6). Throws on an empty list.
 */
export function replayTold(told: readonly Told[], rules: RevisionRules): RebuiltEvent {
  const left = told.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const first = take(left, (one) => one.disposition === 'accepted' || one.disposition === 'parked');
  let effective = first;
  let state = { hash: first.hash, order: first.order, pastHashes: [] as readonly string[] };
  let revision = 1;
  while (left.length > 0) {
    const before = state;
    const next = take(left, (one) => one.disposition === rules.classifyRevision(before, one).kind);
    const verdict = rules.classifyRevision(state, next);
    state = rules.applyVerdict(state, next, verdict);
    if (verdict.kind !== 'revised') continue;
    revision += 1;
    if (verdict.effective) effective = next;
  }
  return { ...effective, order: state.order, revision, receivedAt: first.receivedAt };
}

/** Takes the first that fits out of the list, or the first of all. */
function take(list: Told[], fits: (told: Told) => boolean): Told {
  const found = list.findIndex(fits);
  const [taken] = list.splice(Math.max(found, 0), 1);
  if (taken === undefined) throw new RangeError('an event without a statement');
  return taken;
}

export function contentOf(event: Told): CanonicalEvent {
  return JSON.parse(event.content) as CanonicalEvent;
}

/** The event as a customer's decisions take it. Epochs have no part in a decision. */
export function placedOf(
  event: RebuiltEvent,
  rules: Pick<RoadRules, 'groupKeyOf' | 'pairKeyOf'>,
): PlacedEvent {
  const content = contentOf(event);
  return {
    eventId: event.eventId,
    eventLane: laneOf('evidence', event.eventId),
    epoch: 0,
    sourceSlug: event.source.slug,
    identifierId: event.identifierId,
    occurredAt: event.occurredAt,
    receivedAt: event.receivedAt,
    groupKey: rules.groupKeyOf(content),
    pairKey: rules.pairKeyOf(content),
    content,
  };
}
