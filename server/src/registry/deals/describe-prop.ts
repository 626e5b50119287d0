import { describeHold, describeMode, describePlace } from './describe-levels.ts';
import { describeCaps, describeClawback, describeOnly, describeTiers } from './describe-limits.ts';
import type { PurchaseShareComponent, StagePaymentComponent } from './facts.ts';

/** A share of purchases in plain words. */
export function describePurchaseShare(component: PurchaseShareComponent, currency: string): string[] {
  const { id, percent, repeatPercent, resetPercent, override, giveUp } = component;
  const first =
    component.tiers === null
      ? `${percent} % of the first purchase of a customer`
      : 'a share of the first purchase of a customer by steps';
  return [
    `Component "${id}" pays ${first}, ${repeatPercent} % of each later one and ${resetPercent} % of each reset, of what was paid after discount and without tax. A free purchase is no first purchase.`,
    ...describeTiers(component.tiers, '% of the purchase'),
    ...describeOnly(component.only),
    describeMode(component.levels),
    ...(override === null
      ? []
      : [
          `On purchases of customers of partners below, where fixed overrides apply, this deal earns ${override} % of the purchase.`,
        ]),
    ...(giveUp === null
      ? []
      : [`Where levels give up, this deal gives ${giveUp} % of the purchase to the partner above.`]),
    ...describePlace(component),
    ...describeCaps(component.caps, currency),
    ...describeClawback(component.clawback, 'a purchase'),
    component.refundOnPass === 'keep'
      ? 'A refund of the fee of a trader who passed takes nothing back; any other refund does, as a chargeback.'
      : 'A refund takes the amount back as a chargeback does, also when the trader passed.',
    describeHold(component.holdDays, 'the purchase'),
  ];
}

const STAGES: Readonly<Record<StagePaymentComponent['on'], string>> = {
  phase_passed: 'passes a phase',
  funded: 'is funded',
  trader_payout: 'is paid out',
};

/** A payment for a stage in plain words. */
export function describeStagePayment(component: StagePaymentComponent, currency: string): string[] {
  const { id, on, phase, amount, percent, once, override, giveUp } = component;
  const unit = percent === null ? currency : '% of the amount of the event';
  const stage = on === 'phase_passed' && phase !== null ? `passes phase ${phase}` : STAGES[on];
  return [
    `Component "${id}" pays ${percent ?? amount ?? '0'} ${unit} ${once === 'customer' ? 'once per customer, the first time' : 'each time'} a trader ${stage}.`,
    ...describeOnly(component.only),
    describeMode(component.levels),
    ...(override === null
      ? []
      : [`On traders of partners below, where fixed overrides apply, this deal earns ${override} ${unit}.`]),
    ...(giveUp === null
      ? []
      : [`Where levels give up, this deal gives ${giveUp} ${unit} to the partner above.`]),
    ...describePlace(component),
    ...describeCaps(component.caps, currency),
    describeHold(component.holdDays, 'the event'),
  ];
}
