// What the door hands on: what became of each item of a delivery.
import type { ReasonCode } from '../../kernel/reason.ts';

/** What became of one item at the door (semantics.md 11.5, rules.md 3.9). Their sum is what was received. */
export const DISPOSITIONS = [
  'accepted',
  'revised',
  'duplicate',
  'ignored',
  'parked',
  'quarantined',
  'refused',
] as const;

export type Disposition = (typeof DISPOSITIONS)[number];

/** The feeds that every source has. `api` and `batch` carry our own event shape, the others go through the source's mapping. */
export const BUILT_IN_FEEDS = ['postback', 'api', 'batch', 'raw'] as const;

/** The name of the feed through which a delivery comes in: a built-in one, or one that the operator configured. */
export type Feed = string;

/** True for the feeds whose deliveries are events in our own shape and never see a mapping. */
export function isCanonicalFeed(feed: Feed): boolean {
  return feed === 'api' || feed === 'batch';
}

/** Mark in `extra` of events that a page told: the weaker evidence (requirements T5). */
export const PIXEL_MARK = 'viaPixel';

/** True for feeds of pages. Their name says it, so that what is stored says it too: `pixel`, or `pixel-` and more. */
export function isPixelFeed(feed: Feed): boolean {
  return feed === 'pixel' || feed.startsWith('pixel-');
}

/** Address of one delivery: the element `item` of the arrays of a chunk. */
export interface DeliveryRef {
  readonly lane: number;
  readonly chunkId: string;
  readonly item: number;
}

/** The status of an event whose deliveries, read by a later version of the mapping, do not tell it any more; also the reason why it pays nothing. */
export const REMAPPED_AWAY = 'remapped_away';

/** How a delivery that is stored already comes once more: its bytes stay where they are. */
export type RereadKind = 'redrive' | 'remap';

/** The answer to one item. */
export interface ItemResult {
  readonly disposition: Disposition;
  readonly reason?: ReasonCode;
  readonly detail?: string;
  /** Where the item stands in the delivery, as a JSON path. */
  readonly path: string;
  readonly eventId?: string;
  readonly eventLane?: number;
  /** Only for `revised`: false when an older revision came late and is kept without effect (rules.md 5). */
  readonly effective?: boolean;
  /** Only for `duplicate` and `revised`: the delivery that brought the revision which was effective until now. */
  readonly original?: DeliveryRef;
  readonly warnings?: readonly { readonly code: ReasonCode; readonly detail: string }[];
}

/** One item as the chunk keeps it: disposition (`remapped`: the event was rewritten, the item stays what it was), reason, event, lane of the event, detail, path, effect. Short names, because there is one per event. */
export interface StoredResult {
  readonly d: Disposition | 'remapped';
  /** Only in deliveries that read a stored one again: the disposition that the row had until then and has no more. */
  readonly w?: Disposition;
  readonly r?: ReasonCode;
  readonly e?: string;
  readonly l?: number;
  readonly x?: string;
  readonly p?: string;
  readonly f?: false;
  /** Codes of the warnings with which the item was taken, such as `unsigned`; each once. */
  readonly n?: readonly ReasonCode[];
}

/** What is known at the door about where an event will live; the evidence step decides (rules.md 3.2). */
export type Hint =
  | { readonly kind: 'placed'; readonly customerId: string }
  | { readonly kind: 'parked'; readonly reason: ReasonCode };

/** Why a field was dropped at the door. */
export const DROP_CAUSES = [
  'secret',
  'card_number',
  'card_data',
  'bank_account',
  'document_number',
  'tax_number',
  'date_of_birth',
  /** The mapping lists it under `privacy.drop`. */
  'listed',
  /** The mapping keeps only what it reads (`privacy.mode: keepRead`). */
  'not_read',
  /** The body cannot be read, and the mapping keeps only what it reads. */
  'unreadable',
] as const;

export type DropCause = (typeof DROP_CAUSES)[number];

/** Each cause as a sentence for people. */
export const DROP_SENTENCES: Readonly<Record<DropCause, string>> = {
  secret: 'A password, key or token: nobody here needs it, and whoever reads it could use it.',
  card_number: 'The number of a payment card.',
  card_data: 'A security code, token or PIN of a payment card.',
  bank_account: 'A bank account.',
  document_number: 'The number of a passport or another document.',
  tax_number: 'A tax or social security number.',
  date_of_birth: 'A date of birth.',
  listed: 'The mapping lists it under privacy.drop.',
  not_read: 'The mapping does not read it, and keeps only what it reads (privacy.mode keepRead).',
  unreadable:
    'The body could not be read, and the mapping keeps only what it reads: size and SHA-256 are kept in its place.',
};
