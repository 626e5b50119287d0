import { identifierIdOf } from '../../kernel/derived-ids.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { PlacedEvent } from '../../pipeline/identity/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';
import type { RebuiltEvent, Retelling, Told } from './facts.ts';
import type { RoadRules, RuleBook, RuleTelling } from './road-rules.ts';

type RevisionRules = Pick<RoadRules, 'openBook' | 'tell' | 'retell' | 'hashOf'>;

/**
 * The effective content of one event, from everything that was ever told of it. Statements are judged in the order of
 * arrival; where two doors took statements in the same moment, what each door answered says who was first, because under
 * `arrival` that order is evidence (rules.md 1.6). Throws on an empty list.
 */
export function replayTold(told: readonly Told[], rules: RevisionRules): RebuiltEvent {
  const left = told.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  const first = take(left, (one) => one.disposition === 'accepted' || one.disposition === 'parked');
  let book = rules.openBook(tellingOf(first, []));
  let revision = 1;
  const revised = new Set([first.mappingVersion]);
  while (left.length > 0) {
    const known = book;
    const versions = [...revised, ...known.classes.map((one) => one.mappingVersion)];
    const judge = (one: Told): Judged => judgeTold(one, { known, versions }, rules);
    const next = take(left, (one) => one.disposition === judge(one).answer);
    const judged = judge(next);
    book = judged.book;
    if (!judged.isRevision) continue;
    revision += 1;
    revised.add(next.mappingVersion);
  }
  return eventOf(first, book, revision);
}

/** What a statement makes of an event, and what the door must have answered; undefined: a rewriting that changed nothing has no answer. */
interface Judged {
  readonly book: RuleBook;
  readonly answer: Told['disposition'];
  readonly isRevision: boolean;
}

function judgeTold(
  told: Told,
  { known, versions }: { known: RuleBook; versions: readonly number[] },
  rules: RevisionRules,
): Judged {
  if (told.rewrite === undefined) {
    const { verdict, book } = rules.tell(known, tellingOf(told, versions), rules.hashOf);
    return { book, answer: verdict.kind, isRevision: verdict.kind === 'revised' };
  }
  const { before, after } = told.rewrite;
  const change = { before: parsed(before), after: after === null ? undefined : parsed(after) };
  const book = rules.retell(known, change, rules.hashOf) ?? known;
  const isRevision = book.hash !== known.hash;
  return { book, answer: isRevision ? 'remapped' : undefined, isRevision };
}

function parsed(telling: Retelling): RuleTelling {
  return { ...telling, content: JSON.parse(telling.content) as CanonicalEvent };
}

/** The event with the content that its book ends with. */
function eventOf(first: Told, { content, hash }: RuleBook, revision: number): RebuiltEvent {
  const [identifier] = content.identifiers;
  return {
    ...first,
    revision,
    hash,
    content: JSON.stringify(content),
    kind: content.kind,
    occurredAt: instantFromIso(content.occurredAt),
    identifierId:
      identifier === undefined
        ? first.identifierId
        : identifierIdOf(first.source.programId, identifier.namespace, identifier.value),
  };
}

/** A statement with its readings by those versions that have read something of this event. */
function tellingOf(told: Told, versions: readonly number[]): RuleTelling {
  const { covers, hash, order, mappingVersion } = told;
  const others = told.others.filter(
    (one) => one.version !== mappingVersion && versions.includes(one.version),
  );
  return { covers, hash, order, mappingVersion, content: contentOf(told), others };
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
