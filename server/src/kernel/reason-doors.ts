// Reason codes of the doors: what was not taken in, not wanted, or doubtful. Part of the registry in reason.ts.

export type ReasonGroup =
  | 'intake'
  | 'ignored'
  | 'warning'
  | 'identity'
  | 'attribution'
  | 'gate'
  | 'qualification'
  | 'trade'
  | 'amount'
  | 'hold'
  | 'authoring';

export interface Sentences {
  readonly group: ReasonGroup;
  readonly operator: string;
  readonly partner: string;
}

export function say(group: ReasonGroup, operator: string, partner: string = operator): Sentences {
  return { group, operator, partner };
}

const INVISIBLE = 'The event could not be read yet and is being looked at.';

export const intake = {
  duplicate: say('intake', 'The same fact was received before; nothing was counted twice.'),
  unknown_customer: say(
    'intake',
    'No known customer carries this identifier yet; the event waits and goes on by itself when the link arrives.',
    'The customer of this event is not known yet.',
  ),
  unknown_status: say(
    'intake',
    'The mapping has no rule for this status; add it to the status map and replay.',
    INVISIBLE,
  ),
  unknown_event: say(
    'intake',
    'The mapping has no rule for this event name or record type; add one and replay.',
    INVISIBLE,
  ),
  unknown_source: say('intake', 'No source of this name exists.', INVISIBLE),
  unknown_feed: say('intake', 'The source has no feed of this kind.', INVISIBLE),
  bad_token: say('intake', 'The token or key of the request is not valid for this source.', INVISIBLE),
  bad_signature: say('intake', 'The signature of the request does not match its bytes.', INVISIBLE),
  stale_timestamp: say('intake', 'The signed time of the request is too far from now.', INVISIBLE),
  signature_missing: say(
    'intake',
    'The request carries no signature, or lacks a part that is signed.',
    INVISIBLE,
  ),
  unknown_algorithm: say(
    'intake',
    'The request names a signature algorithm that the feed does not take.',
    INVISIBLE,
  ),
  secret_retired: say('intake', 'The request is signed with a secret that is no longer in force.', INVISIBLE),
  address_not_allowed: say(
    'intake',
    'The address of the sender is not in the networks of the feed.',
    INVISIBLE,
  ),
  feed_paused: say('intake', 'The feed is paused; nothing that comes is taken.', INVISIBLE),
  bad_json: say('intake', 'The body is not well-formed JSON.', INVISIBLE),
  bad_encoding: say(
    'intake',
    'The body is not valid UTF-8, or holds a character that cannot be stored.',
    INVISIBLE,
  ),
  bad_format: say('intake', 'The body has another format or shape than the mapping declares.', INVISIBLE),
  body_too_large: say('intake', 'The body is larger than the source may send.', INVISIBLE),
  too_deep: say('intake', 'The body is nested too deeply.', INVISIBLE),
  bad_amount: say('intake', 'The amount is not a possible exact decimal for this kind of event.', INVISIBLE),
  bad_currency: say('intake', 'The currency is missing or is not a known currency code.', INVISIBLE),
  bad_time: say('intake', 'The time is not a possible instant in the declared format.', INVISIBLE),
  future_event: say(
    'intake',
    'The event says that it happened more than 24 hours after it was received.',
    INVISIBLE,
  ),
  bad_identifier: say('intake', 'The identifier is empty or a placeholder such as "null" or "0".', INVISIBLE),
  bad_value: say('intake', 'A field has another type or value than the mapping declares.', INVISIBLE),
  bad_quantity: say('intake', 'The volume is not a possible exact decimal.', INVISIBLE),
  bad_row: say(
    'intake',
    'The line of the table cannot be told apart into the cells of its columns.',
    INVISIBLE,
  ),
  inexact_number: say(
    'intake',
    'The number cannot be calculated exactly: a division does not end within 18 digits.',
    INVISIBLE,
  ),
  check_failed: say('intake', 'A check of the mapping found something wrong with the row.', INVISIBLE),
  missing_key: say(
    'intake',
    'The row carries neither an external id nor the fields that the mapping declares as its key.',
    INVISIBLE,
  ),
  missing_field: say('intake', 'A field that this kind of event needs is missing.', INVISIBLE),
  contradicting_fields: say('intake', 'Two fields that must say the same contradict each other.', INVISIBLE),
  failed_answer: say(
    'intake',
    'The outside system answered with an error, so the delivery tells no fact.',
    INVISIBLE,
  ),
  failed: say(
    'intake',
    'Processing this event failed; the error is stored with it and the rest went on.',
    INVISIBLE,
  ),
  superseded: say(
    'intake',
    'A later revision of the same event is effective.',
    'A later correction of this event is in force.',
  ),
  corroborating: say(
    'intake',
    'Another source is the authority for this fact; the report is shown and reconciled, never counted.',
    'This report confirms an event that is already counted.',
  ),
  before_cutover: say(
    'intake',
    'The event happened before this source pays commission in the program.',
    'The event happened before the program started to pay for it.',
  ),
  test_event: say('intake', 'The source marked the event as a test.'),
  demo_account: say('intake', 'The account is a demo account.'),
} as const;

export const ignored = {
  no_data: say('ignored', 'The outside system answered that there is nothing to tell.'),
  balance_row: say(
    'ignored',
    'A balance operation: deposits and withdrawals come from the CRM or the payment provider, so the row is not counted here.',
  ),
  credit_row: say('ignored', 'A credit operation of the platform; not a trade and not cash of the customer.'),
  charge_row: say('ignored', 'A charge booked by the platform; not a trade.'),
  correction_row: say('ignored', 'A correction booked by the platform; not a trade.'),
  bonus_row: say('ignored', 'A bonus booked by the platform; not a trade and not cash of the customer.'),
  commission_row: say('ignored', 'A commission booked by the platform as its own row; not a trade.'),
  agent_row: say('ignored', 'An agent commission paid inside the platform; not a trade.'),
  interest_row: say('ignored', 'Interest booked by the platform; not a trade.'),
  dividend_row: say('ignored', 'A dividend booked by the platform; not a trade.'),
  tax_row: say('ignored', 'A tax booked by the platform; not a trade.'),
  compensation_row: say('ignored', 'A stop-out compensation booked by the platform; not a trade.'),
  transfer_row: say(
    'ignored',
    'A transfer between accounts of one customer or of the operator; not cash of the customer.',
  ),
  repeated_header: say('ignored', 'The line names the columns of the table again.'),
  totals_row: say('ignored', 'A line of totals: the lines that it adds up are read by themselves.'),
  nothing_told: say('ignored', 'The mapping knows this row, and the row tells none of its events.'),
  pixel_kind_not_allowed: say(
    'ignored',
    'A page told a kind of event that its pixel feed does not take; allow it in the settings of the feed, or tell it server to server.',
    'The event was told by a page that may not tell it.',
  ),
  unwanted_row: say('ignored', 'The mapping knows this row and does not want it.'),
  unwanted_status: say('ignored', 'The mapping knows this status and takes no event from it.'),
} as const;

export const warning = {
  revision_reverts: say(
    'warning',
    'The content equals an earlier revision; it was kept as a duplicate and reverts nothing.',
  ),
  revision_older: say('warning', 'An older revision arrived late; it is stored and not effective.'),
  unsigned: say(
    'warning',
    'The feed is not signed, so anybody who knows its address could have sent this; read the object again from the vendor before relying on it.',
  ),
  unknown_fields: say('warning', 'The row carries fields that the mapping does not read.'),
  ambiguous_local_time: say(
    'warning',
    'The local time exists twice at the end of daylight saving; the first of the two was taken.',
  ),
  skipped_local_time: say(
    'warning',
    'The local time does not exist at the start of daylight saving; it was moved forward by the gap.',
  ),
  duplicate_json_keys: say('warning', 'The JSON names a key twice in one object; the last one was taken.'),
  amount_not_told: say(
    'warning',
    'The source told no amount of what was taken back; all that is left of what it names is taken.',
  ),
  time_assumed: say('warning', 'The source gave no time; the time of receipt was taken.'),
  source_lacks_field: say(
    'warning',
    'The source does not give the field that a rule of the deal needs.',
    'A rule of the deal could not be checked, because the source does not tell what it needs.',
  ),
  decision_would_differ: say(
    'warning',
    'Evidence that came later would have decided otherwise; the recorded decision stands.',
  ),
} as const;
