import { expect, test } from 'vitest';
import { isReasonCode, REASON_GROUPS, REASONS, reasonSentence } from './reason.ts';

test('every code is snake_case and stands in one group', () => {
  const codes = REASON_GROUPS.flatMap((group) => Object.keys(group));
  expect(codes.filter((code) => !/^[a-z]+(?:_[a-z0-9]+)*$/.test(code))).toEqual([]);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  expect(codes.length).toBe(Object.keys(REASONS).length);
});

test('every code has a sentence for the operator and one for the partner', () => {
  const wanting = Object.entries(REASONS).filter(
    ([, { operator, partner }]) => !/^[A-Z].{10,}\.$/.test(operator) || !/^[A-Z].{8,}\.$/.test(partner),
  );
  expect(wanting.map(([code]) => code)).toEqual([]);
});

test('the codes of the starting set are all there', () => {
  const starting =
    'duplicate unknown_customer unknown_status unknown_event bad_signature stale_timestamp bad_amount bad_currency click_not_found click_expired test_event ' +
    'demo_account code_over_click outside_click_window lost_to_candidate locked_to_other_partner reassigned detagged_inactive geo_not_licensed self_referral ' +
    'not_unique geo_out_of_scope kyc_pending kyc_failed ftd_below_min deposit_baseline_not_met wager_not_met active_days_not_met qualification_window_expired ' +
    'self_excluded blocked cpa_already_paid quality_gate min_activity trade_too_short trade_move_too_small trade_zero_result trade_negative_account ' +
    'trade_credit_funded trade_hedged trade_social_account trade_pamm_master trade_service_row trade_cancelled no_rate cap_per_trade cap_period cap_customer ' +
    'cap_program negative_carried negative_reset high_roller_ringfence recoup_not_reached levels_exceed_revenue no_fx_rate hold_period fraud fraud_review ' +
    'chargeback refund partner_hold payment_hold partner_kyc_incomplete tax_form_missing below_minimum cooling_off merged hierarchy_changed partner_suspended future_event';
  expect(starting.split(' ').filter((code) => !isReasonCode(code))).toEqual([]);
});

test('inherited names are no codes, and partners never read about fraud rules', () => {
  expect(isReasonCode('toString')).toBe(false);
  expect(reasonSentence('fraud_review', 'partner')).not.toMatch(/fraud/i);
});
