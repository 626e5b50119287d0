// What conditions on trades are judged on. Pure.
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { addCalendarDays } from '../../kernel/zone.ts';
import type { CpaComponent, DealVersion } from '../../registry/deals/facts.ts';
import { findDealInForce } from '../../registry/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { assembleGroup } from '../assembly/index.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import type { ClosedTrade } from '../qualification/facts.ts';
import { asksForTrades, placeOf } from '../qualification/index.ts';
import { isCorroborating } from './authority.ts';
import { listCpa } from './components.ts';
import type { CpaStanding, CustomerContext, EventDecision } from './facts.ts';

/**
 * Whether closed trades can decide a CPA of a partner that the customer is or was bound to, so that customer scope must know them: it has
 * conditions on them, or its terms begin inside of the customer's window and whatever happens from then on can qualify.
 */
export function dealsAskForTrades(
  program: ProgramSnapshot,
  { attributions, registeredAt }: Pick<CustomerContext, 'attributions' | 'registeredAt'>,
): boolean {
  const partners = new Set(attributions.flatMap(({ partnerId }) => partnerId ?? []));
  if (partners.size === 0) return false;
  const deals = [...[...partners].flatMap((id) => program.dealsOf.get(id) ?? []), ...program.defaultDeals];
  const isOpen =
    deals.some((deal) => listCpa(deal).some(({ termsAt }) => termsAt === 'qualification')) ||
    attributions.some(
      ({ partnerId, from }) => partnerId !== null && findDealInForce(program, partnerId, from) === undefined,
    );
  const beginsInside = (deal: DealVersion, { windowDays, windowFrom }: CpaComponent): boolean =>
    registeredAt !== null &&
    deal.effectiveFrom > registeredAt &&
    (windowDays === null ||
      windowFrom === 'first_deposit' ||
      deal.effectiveFrom < addCalendarDays(registeredAt, windowDays, program.zone));
  return deals.some((deal) =>
    listCpa(deal).some((component) => asksForTrades(component) || (isOpen && beginsInside(deal, component))),
  );
}

/**
 * The closed trades of a customer by all its executions: without tests, demo accounts and those of a source that only corroborates. Who
 * is judged barred at their instants does so for itself. The order of `executions` does not matter.
 */
export function listClosedTrades(
  program: ProgramSnapshot,
  executions: readonly PlacedEvent[],
): ClosedTrade[] {
  const counting = executions.filter((event) => !isCorroborating(program, event));
  const pairLegs = counting.filter((event) => event.pairKey !== null);
  return [...Map.groupBy(counting, (event) => event.groupKey).values()].flatMap((group) => {
    const outcomes = assembleGroup(group, pairLegs);
    return group.flatMap((event): ClosedTrade[] => {
      const outcome = outcomes.get(event.eventId);
      const { test, extra, product, brand } = event.content;
      if (outcome?.kind !== 'trade' || test === true || extra?.['demo'] === 'true') return [];
      return [
        {
          eventId: event.eventId,
          at: event.occurredAt,
          place: placeOf(event),
          lots: outcome.trade.lots,
          ...(product === undefined ? {} : { product }),
          ...(brand === undefined ? {} : { brand }),
        },
      ];
    });
  });
}

/**
 * Whether executions that moved can change what became of the CPA: not those that lie, now and by what was decided before, after the
 * instant at which it was granted, or after every window has ended.
 */
export function mayMoveCpa(
  standing: CpaStanding | undefined,
  rows: readonly { readonly occurredAt: Instant; readonly decision: EventDecision | undefined }[],
): boolean {
  const until = standing?.qualifiedAt ?? standing?.closesAt;
  if (until === undefined) return true;
  const last = instantFromIso(until);
  return rows.some(
    ({ occurredAt, decision }) =>
      occurredAt <= last ||
      (decision?.assembly?.kind === 'trade' && decision.assembly.trade.closedAt <= last),
  );
}
