import type { Bodies } from './bodies.ts';

/** What the load generator is told to do, in a process of its own. */
export interface LoadOrder {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  /** Events in one request. */
  readonly batch: number;
  /** Number of the first event. */
  readonly from: number;
  readonly bodies: Bodies;
  /** Several events as a JSON list, which is the default, or one in each line. */
  readonly form?: 'list' | 'lines';
  readonly gzip?: boolean;
  /**
   * `closed`: each connection sends as soon as it has its answer, for so many seconds after a warm-up that is not counted.
   * `count`: the same until so many events are sent. `open`: one request every 1/rate seconds, whatever the answers do.
   */
  readonly pace:
    | { readonly kind: 'closed'; readonly warmSeconds: number; readonly seconds: number }
    | { readonly kind: 'count'; readonly events: number }
    | {
        readonly kind: 'open';
        readonly rate: number;
        readonly warmSeconds: number;
        readonly seconds: number;
      };
}

/** When one event was to be sent, by the wall clock in milliseconds: what open-loop latency is counted from. */
export interface SentEvent {
  readonly eventId: string;
  readonly dueAt: number;
}

export interface LoadResult {
  readonly events: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds from sending (open loop: from the instant at which it was due) to the whole answer. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Open loop only, without the warm-up. */
  readonly sent: readonly SentEvent[];
  /** CPU seconds of this process while it counted. */
  readonly cpuSeconds: number;
}
