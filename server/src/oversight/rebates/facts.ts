import type { RebateSpan } from '../../registry/rebates/facts.ts';

/** What a customer is owed by one rule for one span. Minor units, as text. */
export interface OwedRow {
  readonly partner_id: string;
  readonly customer_id: string;
  readonly rule_id: string;
  readonly span: string;
  readonly currency: string;
  readonly every: RebateSpan;
  readonly owed: string;
  readonly held: string;
}
