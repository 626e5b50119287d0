// What the lists can be filtered by, in the words of the screen.
interface Choice {
  readonly value: string;
  readonly label: string;
}

export const DISPOSITIONS: readonly Choice[] = choices([
  'accepted',
  'revised',
  'duplicate',
  'ignored',
  'parked',
  'quarantined',
  'refused',
]);
export const EVENT_STATES: readonly Choice[] = choices(['moving', 'parked', 'waiting', 'decided', 'failed']);
export const EVENT_KINDS: readonly Choice[] = choices([
  'registration',
  'deposit',
  'withdrawal',
  'execution',
  'kyc_status',
  'identifier_link',
  'payout_status',
  'chargeback',
  'refund',
  'reversal',
  'unsettled',
]);
export const QUARANTINE_STATES: readonly Choice[] = choices(['open', 'redriven', 'dismissed']);

export function choices(values: readonly string[]): readonly Choice[] {
  return values.map((value) => ({
    value,
    label: value.charAt(0).toUpperCase() + value.slice(1).replaceAll('_', ' '),
  }));
}
