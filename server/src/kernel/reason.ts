// The registry of reason codes: semantics.md 15, rules.md, and what the doors need.
// A code never changes its meaning. `operator` is shown in the console, `partner` in the portal:
// the partner's sentence says nothing about other partners, and nothing that helps to evade a fraud rule.

import { ignored, intake, say, warning } from './reason-doors.ts';
import type { Sentences } from './reason-doors.ts';

export type { ReasonGroup } from './reason-doors.ts';

const identity = {
  identity_conflict: say(
    'identity',
    'Two customers claim the same identifier for the same time; what rests on it waits for a decision.',
    'The account is claimed twice; the operator is deciding.',
  ),
  merged: say(
    'identity',
    'The customer was merged into another one, whose attribution holds.',
    'The customer turned out to be one who is already known.',
  ),
  not_a_registrar: say(
    'identity',
    'Only a registrar source or the API creates customers; this registration waits for one.',
    'The customer of this event is not known yet.',
  ),
  unknown_payout: say(
    'identity',
    'No known payout carries this id yet; what the gateway told of it waits.',
    'The payout of this event is not known yet.',
  ),
} as const;

const attribution = {
  unattributed: say(
    'attribution',
    'No partner referred this customer: no click, code or manual claim was found.',
    'The customer is not attributed to a partner.',
  ),
  click_not_found: say(
    'attribution',
    'The click id is not one that was minted here, or its signature does not match.',
    'The click id of the registration is not known.',
  ),
  click_expired: say('attribution', 'The click is no longer valid.', 'The click is no longer valid.'),
  code_not_found: say('attribution', 'No code of this spelling was in force at the registration.'),
  code_over_click: say('attribution', 'A code was used and wins over the click.'),
  outside_click_window: say('attribution', 'The click is older than the attribution window.'),
  lost_to_candidate: say('attribution', 'Another candidate won the attribution.'),
  locked_to_other_partner: say(
    'attribution',
    'The customer is already bound to a partner.',
    'The customer was bound to a partner before.',
  ),
  reassigned: say('attribution', 'The customer was moved to another partner from this instant on.'),
  detagged_inactive: say('attribution', 'The customer was released from the partner after inactivity.'),
  geo_not_licensed: say('attribution', 'The country at registration is not licensed for this program.'),
  creative_not_approved: say(
    'attribution',
    'The program requires approved creatives, and the creative of the link was not approved at the visit.',
    'The creative of the link was not approved at the time of the visit.',
  ),
  creative_expired: say(
    'attribution',
    'The creative of the link had expired at the visit.',
    'The creative of the link had expired at the time of the visit.',
  ),
  self_referral: say(
    'attribution',
    'The customer is the partner, or the same person.',
    'Own registrations do not earn commission.',
  ),
  partner_suspended: say(
    'attribution',
    'The partner was suspended at the registration; the candidate is kept.',
    'The partner account was suspended at the time of the registration.',
  ),
  hierarchy_changed: say(
    'attribution',
    'The partner tree changed, so the levels of this event changed.',
    'The partner tree changed.',
  ),
  no_deal: say(
    'attribution',
    'The attributed partner has no deal in force in this program at that instant.',
    'No deal was in force at the time of the event.',
  ),
} as const;

const gate = {
  kyc_pending: say('gate', 'The customer has not passed KYC yet.', 'The customer is not verified yet.'),
  kyc_failed: say('gate', 'The customer failed KYC.', 'The customer was not accepted.'),
  self_excluded: say(
    'gate',
    'The customer was self-excluded when the event happened.',
    'The event does not count under the compliance rules.',
  ),
  cooling_off: say(
    'gate',
    'The customer was in a cooling-off period when the event happened.',
    'The event does not count under the compliance rules.',
  ),
  blocked: say('gate', 'The customer was blocked.', 'The customer was not accepted.'),
} as const;

const qualification = {
  not_commissionable: say('qualification', 'No component of the deal pays on this kind of event.'),
  unsettled: say(
    'qualification',
    'The source reports this as pending or declined, so it pays nothing until it says otherwise.',
  ),
  remapped_away: say(
    'qualification',
    'A later version of the mapping was applied to what was stored, and does not tell this event any more; it pays nothing.',
    'The event was taken back by a correction.',
  ),
  info_only: say('qualification', 'A fact that other decisions use; no component pays on it by itself.'),
  cpa_granted: say(
    'qualification',
    'This event qualified the customer; the CPA is booked for the customer, not for the event.',
  ),
  not_first_deposit: say(
    'qualification',
    'Only the first deposit of the customer can qualify for the CPA of the deal.',
  ),
  original_not_found: say(
    'qualification',
    'The payment that this row takes back was not found among the deposits of the customer.',
  ),
  qualification_pending: say('qualification', 'The conditions of the deal are not all met yet.'),
  settled_by_period: say(
    'qualification',
    'It counts in the settlement of its period, where all events of the period are taken together.',
    'It counts in the settlement of its period.',
  ),
  month_not_earned: say(
    'qualification',
    'The month has not ended by the clock of the program, or it lies before the partner came or the terms began.',
    'The month has not ended, or it lies before the agreement began.',
  ),
  cpa_instead: say(
    'qualification',
    'The deal pays the CPA or the share: for this customer the CPA was granted, so its revenue does not count for the share.',
    'For this customer the CPA is paid instead of the share.',
  ),
  share_begins_later: say(
    'qualification',
    'The share counts a customer only from a later month after its registration on.',
  ),
  stage_already_paid: say(
    'qualification',
    'The deal pays this stage once per customer, and an earlier event was paid.',
    'The stage was paid for this customer before.',
  ),
  refund_on_pass: say(
    'qualification',
    'The fee was given back because the trader passed; the deal takes nothing back for that.',
  ),
  not_unique: say('qualification', 'The customer is not new.'),
  geo_out_of_scope: say('qualification', 'The country of the customer is not in the scope of the deal.'),
  ftd_below_min: say('qualification', 'The first deposit is below the minimum of the deal.'),
  deposit_baseline_not_met: say('qualification', 'The deposits do not reach the baseline of the deal.'),
  wager_not_met: say('qualification', 'The wagers do not reach the amount of the deal.'),
  active_days_not_met: say('qualification', 'The active days do not reach the number of the deal.'),
  qualification_window_expired: say(
    'qualification',
    'The conditions were not met inside the window of the deal.',
  ),
  cpa_already_paid: say('qualification', 'The CPA of this customer was already granted in this program.'),
  quality_gate: say('qualification', 'The quality gate of the deal is not met.'),
  min_activity: say('qualification', 'The minimum activity of the deal is not met.'),
} as const;

const trade = {
  opens_position: say(
    'trade',
    'The execution opens or enlarges a position; commission falls due when it is closed.',
  ),
  trade_open_missing: say(
    'trade',
    'The opening of this position was not received, so the close cannot be judged yet.',
    'The opening of this trade was not received yet.',
  ),
  trade_overclosed: say('trade', 'The position was closed by more lots than it was opened with.'),
  closes_with_pair: say('trade', 'The other leg of this close-by carries the trade.'),
  trade_too_short: say('trade', 'The trade was open for less than the minimum duration of the deal.'),
  trade_move_too_small: say('trade', 'The price moved less than the deal asks for.'),
  trade_zero_result: say('trade', 'The trade closed with zero result.'),
  trade_negative_account: say('trade', 'The order pushed the account negative.'),
  trade_credit_funded: say('trade', 'Part of the equity was credit, so the commission is reduced.'),
  trade_hedged: say('trade', 'The opposite side of the same symbol and day was larger.'),
  trade_social_account: say('trade', 'The account follows others and is excluded by the deal.'),
  trade_pamm_master: say('trade', 'The account is a PAMM master; commission is paid on investor accounts.'),
  trade_service_row: say(
    'trade',
    'The platform made this execution itself, without a trade of the customer.',
  ),
  trade_cancelled: say('trade', 'The platform cancelled this execution.'),
  trade_excluded_symbol: say('trade', 'The deal excludes this symbol.'),
  trade_excluded_account: say('trade', 'The deal excludes this type of account.'),
  no_rate: say('trade', 'The deal has no rate for this symbol and account.'),
} as const;

const amount = {
  zero_amount: say('amount', 'The computed amount is zero.'),
  rebate_none: say(
    'amount',
    'The rule that is nearest to the customer gives it 0 % of the commission.',
    'Nothing of this commission is given to the customer.',
  ),
  rounded_to_zero: say(
    'amount',
    'The computed amount is less than half of the smallest unit of the currency.',
  ),
  cap_per_trade: say('amount', 'The cap per trade cut the amount.'),
  cap_period: say('amount', 'The cap of the period is reached.'),
  cap_customer: say('amount', 'The cap per customer is reached.'),
  cap_program: say('amount', 'The cap of the program is reached.'),
  negative_carried: say('amount', 'The negative result is carried into the next period.'),
  negative_reset: say('amount', 'The negative result was reset at the end of the period.'),
  high_roller_ringfence: say('amount', 'The result of a high roller is kept apart.'),
  recoup_not_reached: say('amount', 'The RevShare has not yet exceeded the CPA that was paid.'),
  levels_exceed_revenue: say(
    'amount',
    'The levels together would exceed the revenue, so the upper ones were cut.',
  ),
  override_zero: say(
    'amount',
    'The own rate is not above the highest rate below, so nothing is left for this level.',
  ),
  no_fx_rate: say(
    'amount',
    'No exchange rate of at most five days is known for this instant.',
    'The exchange rate for this day is not known yet.',
  ),
} as const;

const hold = {
  hold_period: say('hold', 'The hold period of the deal has not ended.'),
  fraud: say('hold', 'Confirmed as fraud.', 'Rejected after a review.'),
  fraud_review: say('hold', 'A fraud rule asks for a review.', 'Under review.'),
  clawback_review: say(
    'hold',
    'It takes back what had been paid; a person decides whether it stands.',
    'It takes back what had been paid and is being reviewed.',
  ),
  restatement_review: say(
    'hold',
    'A change of rules or data produced this row; it waits for approval.',
    'A correction is being reviewed.',
  ),
  chargeback: say('hold', 'The payment was charged back.'),
  refund: say('hold', 'The payment was refunded.'),
  period_open: say(
    'hold',
    'It settles a month that is not closed: the figures are provisional, and nothing is approved until somebody closes the month.',
    'It settles a month that is not closed yet, so the amount may still change.',
  ),
  partner_hold: say('hold', 'All payouts of the partner are on hold.', 'Payouts are on hold.'),
  payment_hold: say('hold', 'This payout is on hold.'),
  partner_kyc_incomplete: say(
    'hold',
    'The partner has not completed verification.',
    'Your verification is not complete.',
  ),
  tax_form_missing: say('hold', 'The tax form of the partner is missing.', 'Your tax form is missing.'),
  partner_sanctions: say(
    'hold',
    'The partner has not been cleared of the sanctions lists.',
    'A check of your account is not complete.',
  ),
  below_minimum: say('hold', 'The balance is below the minimum payout and rolls over.'),
} as const;

const authoring = {
  bad_mapping: say('authoring', 'The mapping document is not valid.'),
  bad_deal: say('authoring', 'The deal document is not valid.'),
  tier_in_shared_pot: say(
    'authoring',
    'A same-period tier cannot be combined with a shared pot; use a grade.',
  ),
  not_at_period_start: say(
    'authoring',
    'A new version of a period component takes effect at the start of a period.',
  ),
} as const;

/** Every reason code with its group and its two sentences. */
export const REASONS = {
  ...intake,
  ...ignored,
  ...warning,
  ...identity,
  ...attribution,
  ...gate,
  ...qualification,
  ...trade,
  ...amount,
  ...hold,
  ...authoring,
} as const;

export type ReasonCode = keyof typeof REASONS;

/** The groups as written, so that a test can show that no code stands in two of them. */
export const REASON_GROUPS: readonly Readonly<Record<string, Sentences>>[] = [
  intake,
  ignored,
  warning,
  identity,
  attribution,
  gate,
  qualification,
  trade,
  amount,
  hold,
  authoring,
];

export function isReasonCode(text: string): text is ReasonCode {
  return Object.hasOwn(REASONS, text);
}

/** One sentence for the audience. */
export function reasonSentence(code: ReasonCode, audience: 'operator' | 'partner'): string {
  return REASONS[code][audience];
}
