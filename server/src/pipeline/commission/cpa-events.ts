// What the CPA of a customer means for each of its events. Pure.
import { ZERO } from '../../kernel/decimal.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { PlacedEvent } from '../identity/facts.ts';
import { isChargeback, isDeposit } from '../qualification/index.ts';
import type { DepositCount } from '../qualification/index.ts';
import type { CpaDecision } from './cpa.ts';
import type { EventDecision } from './facts.ts';

/**
 * What an event is to the CPA: the one that granted it, one that counted for it, the deposit that fell short, or the chargeback that takes
 * it back with lines of its own. Undefined when it is none of these.
 */
export function decideByCpa(cpa: CpaDecision, event: PlacedEvent): EventDecision | undefined {
  const { eventId } = event;
  const progress = cpa.standing?.state === 'open' ? { progress: cpa.standing.progress } : {};
  if (cpa.taken?.eventId === eventId) {
    const { lines, inputs } = cpa.taken;
    return { state: 'decided', reason: 'chargeback', lines, ...(inputs.length === 0 ? {} : { inputs }) };
  }
  if (cpa.grantedBy === eventId) return nothing(cpa.reason ?? 'cpa_granted', cpa.detail);
  if (cpa.fellShort === eventId)
    return { ...nothing(cpa.reason ?? 'qualification_pending', cpa.detail), ...progress };
  // What counts before or besides the event that granted it; a chargeback says for itself what it takes back.
  if (!cpa.counted.has(eventId) || isChargeback(event)) return undefined;
  if (cpa.grantedBy !== undefined) return nothing('info_only');
  return isDeposit(event) ? nothing(cpa.reason ?? 'qualification_pending', cpa.detail) : nothing('info_only');
}

/** A chargeback that takes no CPA: of what it takes back, and whether that is why nobody qualifies. */
export function decideChargeback(
  program: ProgramSnapshot,
  { cpa, count }: { readonly cpa: CpaDecision; readonly count: DepositCount },
  event: PlacedEvent,
): EventDecision {
  const original = count.originals.get(event.eventId);
  if (original === undefined) return nothing('original_not_found');
  const deposit = count.deposits.find((counted) => counted.event.eventId === original);
  const { currency } = event.content;
  if (deposit !== undefined && currency !== undefined) {
    const asked = { from: currency, to: deposit.currency, at: event.occurredAt };
    if (convertAmount(program.rates, ZERO, asked) === undefined) return nothing('no_fx_rate');
  }
  return cpa.counted.has(original) && cpa.reason === 'chargeback'
    ? nothing('chargeback', cpa.detail)
    : nothing('not_commissionable');
}

function nothing(reason: NonNullable<EventDecision['reason']>, detail?: string): EventDecision {
  return { state: 'decided', reason, ...(detail === undefined ? {} : { detail }), lines: [] };
}
