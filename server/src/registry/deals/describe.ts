import { describeCpa } from './describe-cpa.ts';
import { describeFlatFee, describeRevshare, describeSubPartnerShare } from './describe-period.ts';
import { describeGrades } from './describe-grades.ts';
import { describePurchaseShare, describeStagePayment } from './describe-prop.ts';
import { describeTrading } from './describe-trading.ts';
import type { DealComponent, DealDocument, DealEnd } from './facts.ts';

/** A deal in plain words, one sentence a line, for the terms that a partner reads. Rates always come with their basis (semantics.md 2.9). */
export function describeDeal(document: DealDocument): string[] {
  return [
    ...document.components.flatMap((component) => describeComponent(component, document)),
    ...describeGrades(document),
    `Amounts are rounded once per line to the smallest unit of ${document.currency}${document.rounding === 'half_even' ? ', halves to the even neighbour' : ', halves away from zero'}.`,
  ];
}

/** The same for the end of a deal. */
export function describeEnd(ends: DealEnd): string[] {
  return [
    ends === 'nothing'
      ? 'The deal ends here: nothing that happens from then on is paid.'
      : 'The deal ends here: what happens from then on is paid by the default deal of the program.',
    'What happened before is paid by the version before, also when it is told later; so is a CPA of a customer who was attributed before, where its terms are those at the attribution and it is not settled by month.',
  ];
}

function describeComponent(component: DealComponent, document: DealDocument): string[] {
  switch (component.kind) {
    case 'per_lot':
    case 'per_million':
    case 'spread_share':
    case 'commission_share':
      return describeTrading(component, document);
    case 'purchase_share':
      return describePurchaseShare(component, document.currency);
    case 'stage_payment':
      return describeStagePayment(component, document.currency);
    case 'cpa':
      return describeCpa(component, document.currency);
    case 'revshare':
      return describeRevshare(component, document.currency);
    case 'sub_partner_share':
      return describeSubPartnerShare(component);
    case 'flat_fee':
      return describeFlatFee(component, document.currency);
  }
}
