import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

/** What came from one source, and what of it waits for a person. */
export interface SourceActivity {
  readonly sourceId: string;
  readonly slug: string;
  readonly name: string;
  readonly preset: string;
  readonly lastDeliveryAt: Instant | null;
  readonly items: Readonly<Record<string, number>>;
  readonly quarantined: number;
  readonly drift: number;
  readonly feedsConfigured: number;
  readonly feedsPaused: number;
}

export type ActivityState = 'receiving' | 'quiet' | 'nothing_yet' | 'paused';

/** Paused feeds go first: silence is then what somebody wanted. */
export function stateOfSource(source: SourceActivity, since: Instant): ActivityState {
  if (source.feedsConfigured > 0 && source.feedsConfigured === source.feedsPaused) return 'paused';
  if (source.lastDeliveryAt === null) return 'nothing_yet';
  return source.lastDeliveryAt >= since ? 'receiving' : 'quiet';
}

export function wireActivity(source: SourceActivity, since: Instant) {
  return {
    sourceId: wireId('src', source.sourceId),
    slug: source.slug,
    name: source.name,
    preset: source.preset,
    state: stateOfSource(source, since),
    lastDeliveryAt: source.lastDeliveryAt === null ? null : formatInstant(source.lastDeliveryAt),
    items: { ...source.items },
    quarantined: source.quarantined,
    drift: source.drift,
    feeds: { configured: source.feedsConfigured, paused: source.feedsPaused },
  };
}
