// From a mapped delivery to what is stored: ids, lanes, hashes, and the verdicts that need no look at the database.
import { eventIdOf, identifierIdOf } from '../../kernel/derived-ids.ts';
import { sha256Hex } from '../../kernel/digest.ts';
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { laneOf } from '../../kernel/lane.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { storableText } from '../../kernel/storable.ts';
import type { CanonicalEvent, MappedDelivery, MappedItem, MappingWarning } from '../mapping/facts.ts';
import type { DeliveryRef, Disposition, Feed, ItemResult, RereadKind } from './facts.ts';
import type { DroppedField } from './reduce.ts';
import { coverageOf } from './merge.ts';
import type { Coverage } from './merge.ts';

/** The source of a delivery, as far as the door needs it. */
export interface DoorSource {
  readonly id: string;
  readonly programId: string;
  readonly registrar: boolean;
  readonly mappingVersion: number;
}

/** A click id that was minted here, as its signature proves. */
export interface VerifiedClick {
  readonly linkId: string;
  readonly partnerId: string;
  /** ISO UTC. */
  readonly at: string;
  /** Where the visitor was, ISO 3166 alpha-2. */
  readonly country?: string;
}

/** One event ready to be stored. */
export interface PreparedEvent {
  readonly kind: 'event';
  readonly path: string;
  readonly lane: number;
  readonly id: string;
  readonly source: DoorSource;
  readonly occurredAt: Instant;
  readonly content: CanonicalEvent;
  /** SHA-256 of the comparable content, hex. */
  readonly hash: string;
  readonly order: string | null;
  /** What the feed tells of an event; null = all. */
  readonly covers: Coverage;
  readonly identifierId: string;
  readonly warnings: readonly MappingWarning[];
}

/** An item that is finished at the door. `quarantine`: a row is opened, so that it can be driven again after a repair. */
export interface SettledItem {
  readonly kind: 'settled';
  readonly path: string;
  readonly result: ItemResult;
  readonly quarantine: boolean;
}

export type PreparedItem = PreparedEvent | SettledItem;

/** An event that a stored delivery told, read again by another version: what it said, and what it says now (undefined = nothing). */
export interface RewriteItem {
  readonly kind: 'rewrite';
  readonly id: string;
  readonly lane: number;
  readonly path: string;
  readonly before: PreparedEvent;
  readonly after: PreparedEvent | undefined;
}

/** A stored delivery that comes once more: its bytes stay where they are. */
export interface Origin {
  readonly kind: RereadKind;
  readonly ref: DeliveryRef;
  /** Per item: the disposition that its row had until now and has no more; null = the row was not counted before. */
  readonly was: readonly (Disposition | null)[];
  /** The rows that are read again; absent = all. */
  readonly paths?: readonly string[];
  readonly changeSetId?: string;
  /** Events that the delivery told before; they are rewritten ahead of its items. */
  readonly rewrites?: readonly RewriteItem[];
}

/** What a sender calls a delivery: an Idempotency-Key, or the id of a webhook. Hashes are SHA-256 in hex. */
export interface DeliveryKey {
  readonly lane: number;
  /** Whose keys they are: an API key's, or a feed's. */
  readonly scope: string;
  readonly hash: string;
  /** Of what was sent under it. */
  readonly bodyHash: string;
  /** The answers are put together again from the stored delivery: nobody outside waits for the very same ones. */
  readonly answersInChunk?: true;
}

/** One delivery ready for the group commit. */
export interface PreparedDelivery {
  readonly source: DoorSource;
  readonly feed: Feed;
  readonly contentType: string;
  /** Less the fields that must never be stored. */
  readonly query: string;
  readonly body: Buffer;
  /** What was taken out before it was mapped: where and why, never what. */
  readonly dropped: readonly DroppedField[];
  readonly receivedAt: Instant;
  readonly key?: DeliveryKey;
  readonly items: readonly PreparedItem[];
  /** Only where a stored delivery is read again. */
  readonly origin?: Origin;
}

/** What preparing asks of other rooms, handed in by whoever opens the door. */
export interface PrepareRules {
  /** Canonical text of what makes two revisions of one event the same. */
  readonly comparable: (event: CanonicalEvent) => string;
  readonly verifyClick: (clickId: string) => VerifiedClick | undefined;
}

/** Fields of `extra` that say a click id was verified; only the door may write them. */
const CLICK_FIELDS = ['clickLinkId', 'clickPartnerId', 'clickAt', 'clickCountry'] as const;

/** Kinds whose click can be a candidate of an attribution; on others it only names the customer. */
const REFERRED: ReadonlySet<CanonicalEvent['kind']> = new Set(['registration', 'challenge_purchased']);

/** Reasons for which a delivery can never be mapped: driving it again would only fail again. */
const HOPELESS: readonly ReasonCode[] = [
  'bad_json',
  'bad_encoding',
  'too_deep',
  'body_too_large',
  'failed_answer',
];

/**
 * Gives every item of a mapped delivery its place. A delivery without rows, or not readable, counts as one item.
 * `covers`: canonical names of the fields that its feed tells; null = all.
 */
export function prepareItems(
  mapped: MappedDelivery,
  source: DoorSource,
  rules: PrepareRules,
  covers: readonly string[] | null = null,
): PreparedItem[] {
  if (mapped.outcome === 'items') {
    const coverage = coverageOf(covers);
    return mapped.items.map((item) => prepareItem(item, source, rules, coverage));
  }
  const { reason, detail } = mapped;
  if (mapped.outcome === 'empty') return [settled({ disposition: 'ignored', reason, detail, path: '$' })];
  return HOPELESS.includes(reason)
    ? [settled({ disposition: 'refused', reason, detail, path: mapped.path })]
    : [settled({ disposition: 'quarantined', reason, detail, path: mapped.path }, true)];
}

function settled(result: ItemResult, quarantine = false): SettledItem {
  const { path, detail } = result;
  const told = {
    ...result,
    path: storableText(path),
    ...(detail === undefined ? {} : { detail: storableText(detail) }),
  };
  return { kind: 'settled', path: told.path, result: told, quarantine };
}

function prepareItem(
  item: MappedItem,
  source: DoorSource,
  rules: PrepareRules,
  covers: Coverage,
): PreparedItem {
  const { path } = item;
  if (item.outcome !== 'event') {
    const { reason, detail } = item;
    return settled({ disposition: item.outcome, reason, detail, path }, item.outcome === 'quarantined');
  }
  const content = withVerifiedClick(item.event, rules);
  const first = content.identifiers[0];
  if (first === undefined) {
    return settled(
      {
        disposition: 'quarantined',
        reason: 'bad_identifier',
        detail: 'the event names no customer, account or click',
        path,
      },
      true,
    );
  }
  const id = eventIdOf({
    sourceId: source.id,
    recordType: content.recordType,
    externalId: content.externalId,
    part: content.part,
  });
  return {
    kind: 'event',
    path,
    id,
    source,
    content,
    lane: laneOf('evidence', id),
    occurredAt: instantFromIso(content.occurredAt),
    hash: sha256Hex(rules.comparable(content)),
    order: item.order.value ?? null,
    covers,
    identifierId: identifierIdOf(source.programId, first.namespace, first.value),
    warnings: item.warnings,
  };
}

/** Writes what the signature of a click id proves into the event that it may attribute, and takes away what a sender claims to be proven. */
function withVerifiedClick(event: CanonicalEvent, rules: PrepareRules): CanonicalEvent {
  const claimed =
    event.extra !== undefined && CLICK_FIELDS.some((field) => event.extra?.[field] !== undefined);
  const click =
    REFERRED.has(event.kind) && event.clickId !== undefined ? rules.verifyClick(event.clickId) : undefined;
  if (!claimed && click === undefined) return event;
  const kept = Object.entries(event.extra ?? {}).filter(
    ([field]) => !CLICK_FIELDS.some((own) => own === field),
  );
  const proven =
    click === undefined
      ? []
      : Object.entries({
          clickLinkId: click.linkId,
          clickPartnerId: click.partnerId,
          clickAt: click.at,
          ...(click.country === undefined ? {} : { clickCountry: click.country }),
        });
  const { extra: _extra, ...rest } = event;
  const extra = Object.fromEntries([...kept, ...proven]);
  return Object.keys(extra).length === 0 ? rest : { ...rest, extra };
}
