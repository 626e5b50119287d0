import { describeHold, describeMode } from './describe-levels.ts';
import type { CpaComponent } from './facts.ts';

/** A CPA in plain words. */
export function describeCpa(component: CpaComponent, currency: string): string[] {
  const minimum =
    component.minimumDeposit === '0'
      ? 'the first deposit'
      : `a first deposit of at least ${component.minimumDeposit} ${currency}`;
  const window = component.windowDays === null ? '' : ` within ${component.windowDays} days of registration`;
  const kyc = component.requireKyc ? ', once KYC has passed' : '';
  return [
    `Component "${component.id}" pays ${component.amount} ${currency} once per customer for ${minimum}${window}${kyc}.`,
    `The terms are those in force ${component.termsAt === 'attribution' ? 'when the customer was attributed' : 'when the customer qualifies'}.`,
    describeMode(component.levels),
    ...(component.override === null
      ? []
      : [
          `On customers of partners below, where fixed overrides apply, this deal earns ${component.override} ${currency}.`,
        ]),
    describeHold(component.holdDays, 'qualification'),
  ];
}
