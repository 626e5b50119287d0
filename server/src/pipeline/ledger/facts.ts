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

/** One posted difference as the journal stores it (`journal.items`). Names are short because a turn stores thousands. */
export interface JournalItem {
  /** Natural key, by naturalKeyOf. */
  readonly k: string;
  /** Signed minor units of the row's currency, as text. */
  readonly a: string;
  /** Customer, and its lane. */
  readonly c: string;
  readonly cl: number;
  /** Event; absent for customer scope. */
  readonly e?: string;
  /** Level of the beneficiary, top = 1. */
  readonly l: number;
  /** causedAt of the difference; ISO. */
  readonly t: string;
}
