// When a webhook is tried again (semantics.md 10.4, requirements O2). Pure: the clock and the dice come in.
import { addMillis, toMillis } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Wait after the first, second, ... failed attempt: over three days in all. After the last one the webhook is dead. */
export const RETRY_DELAYS_MS: readonly number[] = [
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  8 * HOUR,
  24 * HOUR,
  24 * HOUR,
  24 * HOUR,
];

/** A receiver may ask for patience, not for oblivion. */
export const LONGEST_RETRY_AFTER_MS = 24 * HOUR;

/** Each wait is stretched by up to this share, so that what failed together does not come back together. */
export const JITTER = 0.2;

/** What became of one attempt. No status: the receiver could not be reached, or did not answer in time. */
export interface AttemptOutcome {
  readonly status: number | null;
  readonly retryAfter: string | null;
}

export type Verdict =
  | { readonly state: 'delivered' }
  | { readonly state: 'pending'; readonly nextAt: Instant; readonly disable: boolean }
  | { readonly state: 'dead' };

/**
 * 2xx is delivered. 410 disables the endpoint and keeps the webhook for the day on which it is enabled again. All else,
 * redirects included, is tried again after the schedule, later when Retry-After says so, until the schedule is used up.
 * `attempt` counts from 1; `dice` is in [0, 1).
 */
export function decideVerdict(
  outcome: AttemptOutcome,
  attempt: number,
  time: { readonly now: Instant; readonly dice: number; readonly delaysMs?: readonly number[] },
): Verdict {
  const { status } = outcome;
  if (status !== null && status >= 200 && status < 300) return { state: 'delivered' };
  if (status === 410) return { state: 'pending', nextAt: time.now, disable: true };
  const delay = (time.delaysMs ?? RETRY_DELAYS_MS)[attempt - 1];
  if (delay === undefined) return { state: 'dead' };
  const stretched = Math.round(delay * (1 + JITTER * time.dice));
  const asked = parseRetryAfter(outcome.retryAfter, time.now);
  return { state: 'pending', nextAt: addMillis(time.now, Math.max(stretched, asked)), disable: false };
}

/** Milliseconds from now that a Retry-After header asks for (seconds, or an HTTP date); 0 when absent or unreadable. */
export function parseRetryAfter(header: string | null, now: Instant): number {
  if (header === null) return 0;
  const text = header.trim();
  const millis = /^\d{1,9}$/.test(text) ? Number(text) * SECOND : Date.parse(text) - toMillis(now);
  if (!Number.isFinite(millis)) return 0;
  return Math.min(Math.max(0, millis), LONGEST_RETRY_AFTER_MS);
}
