// What a person can do about a reason. A code that is not here needs nothing: it says how things are.
const MAPPING =
  'Correct the mapping of the source (PUT /v1/sources/{source}/mapping), then send the delivery again; what was accepted before answers as a duplicate.';
const SENDER =
  'Ask the sender to correct the field and to send it again with the same id; it then counts once.';

const STEPS: Readonly<Record<string, string>> = {
  unknown_status: MAPPING,
  unknown_event: MAPPING,
  unknown_fields: 'Nothing has to be done; add the fields to the mapping when they matter.',
  bad_format: MAPPING,
  bad_value: MAPPING,
  bad_time: 'Check the time format and the zone in the settings of the source, then send the delivery again.',
  bad_amount: SENDER,
  bad_currency: 'Send the currency, or set the default currency in the settings of the source.',
  bad_quantity: SENDER,
  bad_identifier: SENDER,
  bad_json: SENDER,
  bad_encoding: SENDER,
  missing_field: SENDER,
  missing_key: 'Send an id with each record, or declare in the mapping which fields make its key.',
  contradicting_fields: SENDER,
  future_event:
    'Check the clock and the time zone of the source; an event cannot be later than its receipt by more than 24 hours.',
  body_too_large: 'Send less at once; a batch can be split anywhere.',
  bad_token:
    'Check the token in the address that the outside system calls; a new one is made with POST /v1/sources/{source}/token.',
  stale_timestamp: 'Check the clock of the sender; a signed time may be a few minutes off at most.',
  too_deep: 'Send the record without nesting it so deeply, or map only the part that matters.',
  unknown_source: 'Check the name of the source in the address that the outside system calls.',
  unknown_feed: 'Check the feed in the address that the outside system calls.',
  bad_signature: 'Check that both sides use the same secret and sign the bytes as they are sent.',
  signature_missing: 'Check that the outside system signs what it sends, and that no proxy cuts its headers.',
  unknown_algorithm: 'Set the outside system to an algorithm that the feed takes.',
  secret_retired: 'Give the outside system the new secret of the feed.',
  address_not_allowed:
    'Add the network of the outside system to the feed, or check which proxy stands before it.',
  unknown_customer: 'Link the identifier to its customer; the events then go on by themselves.',
  not_a_registrar:
    'Register the customer by a source that may create customers, or link the identifier to a known customer.',
  identity_conflict: 'Decide which customer owns the identifier and retract the other link.',
  trade_open_missing: 'Send the opening execution of the position; the trade is then put together by itself.',
  original_not_found: 'Send the original that this event names; it is then reversed by itself.',
  no_deal:
    'Write a deal for the partner or a default deal of the program (POST /v1/deals); the event is then decided again.',
  no_rate: 'Add a rate for this symbol or group to the deal.',
  kyc_pending: 'The commission goes on by itself when KYC has passed.',
  failed: 'Read the stored error; the event is tried again when its content or its mapping changes.',
  unattributed: 'When a partner did refer the customer, attribute the customer by hand with the reason.',
};

/** What to do about a reason; undefined when nothing has to be done. */
export function nextStepOf(code: string): string | undefined {
  return STEPS[code];
}

/** Every code that has a step. */
export const CODES_WITH_STEP: readonly string[] = Object.keys(STEPS);
