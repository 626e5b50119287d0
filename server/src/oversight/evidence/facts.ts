import type { Instant } from '../../kernel/instant.ts';
import type { DropCause } from '../../pipeline/intake/facts.ts';

export interface EventRow {
  readonly lane: number;
  readonly id: string;
  readonly program_id: string;
  readonly source_slug: string;
  readonly record_type: string;
  readonly external_id: string;
  readonly part: string;
  readonly kind: string;
  readonly occurred_at: Instant;
  readonly received_at: Instant;
  readonly content: Record<string, unknown>;
  readonly revision: number;
  readonly mapping_version: number;
  readonly chunk_lane: number;
  readonly chunk_id: string;
  readonly chunk_item: number;
  readonly identifier_id: string;
  readonly customer_id: string | null;
  readonly failed: string | null;
}

/** Where an event stands, beyond its own row. */
export interface Standing {
  readonly state: 'moving' | 'parked' | 'waiting' | 'failed' | 'decided';
  readonly reason: string | null;
}

/** One delivery of a chunk, without its bytes. */
export interface DeliveryRow {
  readonly lane: number;
  readonly id: string;
  readonly item: number;
  readonly source_id: string;
  readonly feed: string;
  readonly received_at: Instant;
  readonly content_type: string;
  readonly bytes: number;
  /** The delivery that this one reads again; null = it came from outside. */
  readonly origin: { readonly l: number; readonly c: string; readonly i: number } | null;
  readonly mapping_version: number;
  readonly results: readonly {
    readonly d: string;
    readonly r?: string;
    readonly e?: string;
    readonly x?: string;
    readonly p?: string;
    readonly n?: readonly string[];
  }[];
}

/** One delivery with its bytes, and what was taken out of them at the door. */
export interface DeliveryDetailRow extends DeliveryRow {
  readonly query: string;
  /** null = erased, or read again from where it was stored first. */
  readonly body: Buffer | null;
  /** null = nothing in the whole chunk. */
  readonly dropped:
    | readonly { readonly path: string; readonly why: DropCause; readonly count?: number }[]
    | null;
}
