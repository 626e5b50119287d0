import type { Instant } from '../../kernel/instant.ts';
import { addCalendarMonths, localDate, startOfDate } from '../../kernel/zone.ts';
import type { DealComponent, DealDocument } from './facts.ts';

const BY_PERIOD: ReadonlySet<DealComponent['kind']> = new Set<DealComponent['kind']>([
  'revshare',
  'flat_fee',
  'sub_partner_share',
]);

/** Ids of the components of which only the sum of a period is defined: by their kind, or because they have steps or caps (rules.md 2.2). */
export function listPeriodComponents(document: DealDocument): string[] {
  return document.components
    .filter(
      (component) =>
        BY_PERIOD.has(component.kind) ||
        ('tiers' in component && component.tiers !== null) ||
        ('caps' in component && component.caps.length > 0) ||
        ('qualityGate' in component && component.qualityGate !== null),
    )
    .map((component) => component.id);
}

/** True when something is paid because a month has come or gone: fixed amounts, and what waits above a limit or for active customers. */
export function isPaidByClock({ components }: DealDocument): boolean {
  return components.some(
    (component) =>
      component.kind === 'flat_fee' ||
      (component.kind === 'revshare' && component.minimumActiveCustomers !== null) ||
      ('caps' in component && component.caps.some(({ overflow }) => overflow === 'queue_next_period')),
  );
}

/**
 * The first start of a period at or after an instant: that instant itself where it is one. A new version of a component that is settled by
 * period takes effect there only, because a period has one set of terms (rules.md 5, Periods). Pure.
 */
export function findPeriodStart(at: Instant, zone: string): Instant {
  const start = startOfDate(`${localDate(at, zone).slice(0, 7)}-01`, zone);
  return start >= at ? start : addCalendarMonths(start, 1, zone);
}
