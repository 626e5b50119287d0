import type { Line } from '../commission/facts.ts';

/** One posted difference of one natural key, on its way from a customer's lane to a partner's. */
export interface LineDifference {
  /** Signed minor units, as text. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly component: string;
  readonly partnerId: string;
  readonly level: number;
  readonly holdDay: string;
  readonly holdReason: Line['holdReason'];
  readonly customerId: string;
  readonly customerLane: number;
  /** null: customer scope. */
  readonly eventId: string | null;
  /** Time of what is paid for: occurredAt of the event, qualifiedAt of a CPA; ISO. */
  readonly causedAt: string;
}

/** The payload of a `lines` hop: everything one turn of customer lanes hands to partner lanes. */
export interface LinesHop {
  readonly programId: string;
  readonly differences: readonly LineDifference[];
}

/** The natural key of a line as text: `e:event:component:partner:level` or `c:customer:component:partner:level`. `verify` compares these. */
export function naturalKeyOf(line: Pick<LineDifference, 'eventId' | 'customerId' | 'component' | 'partnerId' | 'level'>): string {
  const scope = line.eventId === null ? `c:${line.customerId}` : `e:${line.eventId}`;
  return `${scope}:${line.component}:${line.partnerId}:${line.level}`;
}
