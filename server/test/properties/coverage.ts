// Did the worlds hold what the property is about? A property that never sees a conflict proves nothing about conflicts.
import type { Tally } from './play.ts';

/** What must have occurred in any campaign of the usual size. */
const ALWAYS: readonly RegExp[] = [
  /^said: registration by the registrar/,
  /^said: registration by another source/,
  /^said: deal of a partner/,
  /^said: hierarchy move/,
  /^said: manual attribution/,
  /^said: identifier link by API/,
  /^said: row of a mapping table/,
  /^said: kyc by API/,
  /^said: kyc by event/,
  /^said: retraction/,
  /^said: suspension/,
  /^said: retraction of a move/,
  /^said: reinstatement/,
  /^said: settings of the program/,
  /^said: code/,
  /^said: country by API/,
  /^said: status .*by API/,
  /^said: status .*by event/,
  /^said: status readmitted/,
  /^said: merge$/,
  /^said: un-merge/,
  /^said: merge after an un-merge/,
  /^said: decided conflict/,
  /^said: reassignment of some/,
  /^said: grade$/,
  /^by two: grade$/,
  /^said: CPA that was paid before/,
  /^said: deposit/,
  /^said: first_deposit/,
  /^said: .*by login/,
  /^said: .*by click/,
  /^said: chargeback/,
  /^said: revision: amount/,
  /^said: revision: time/,
  /^said: revision: customer/,
  /^said: revision: declined/,
  /^said: bet/,
  /^said: win/,
  /^said: mt5 open/,
  /^said: mt5 out$/,
  /^said: mt5 inout/,
  /^said: mt5 out_by/,
  /^said: mt5 cancelled/,
  /^said: mt5 service/,
  /^said: mt5 balance/,
  /^door postback query/,
  /^door postback form/,
  /^door postback json/,
  /^door single event/,
  /^door batch/,
  /^door json lines/,
  /^door raw/,
  /^disposition accepted/,
  /^disposition parked/,
  /^disposition revised/,
  /^disposition duplicate/,
  /^disposition ignored/,
  /^style delayed/,
  /^style drained/,
  /^style turned/,
  /^style interleaved/,
  /^style meeting/,
  /^style backwards/,
  /^inside evidence:after-intent/,
  /^inside evidence:after-send/,
  /^event parked unknown_customer/,
  /^event parked identity_conflict/,
  /^event waiting trade_open_missing/,
  /^event decided trade_cancelled/,
  /^event decided paid/,
  /^event decided cpa_granted/,
  /^event decided outside_click_window/,
  /^event decided corroborating/,
  /^bond by code/,
  /^bond by manual/,
  /^bond refused geo_not_licensed/,
  /^lost code_over_click|^lost lost_to_candidate/,
  /^lost merged/,
  /^lost code_not_found/,
  /^paid per-lot at level 1/,
  /^paid per-lot at level 2/,
  /^paid cpa at level/,
];

/** What is too rare for a short campaign. */
const IN_MANY: readonly RegExp[] = [
  /^event decided (self_excluded|cooling_off|blocked)/,
  /^inside merge:after-(edge|read)/,
  /^event decided not_unique/,
  /^paid and held for partner_hold/,
  /^paid and held for kyc_pending/,
  /^lost partner_suspended/,
  /^lost code_over_click/,
  /^paid share by month/,
  /^paid cpa by month/,
  /^paid lots-by-month by month/,
  /^event decided settled_by_period/,
];
const MANY = 100;

/** The patterns that nothing matched; a campaign that was made short by hand is not asked. */
export function expectCoverage(tally: Tally, cases: number): string[] {
  if (cases < 12) return [];
  const names = [...tally.keys()];
  const wanted = cases < MANY ? ALWAYS : [...ALWAYS, ...IN_MANY];
  return wanted
    .filter((pattern) => !names.some((name) => pattern.test(name)))
    .map((pattern) => `never occurred: ${pattern.source}`);
}

export function printTally(tally: Tally): void {
  const lines = [...tally]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, times]) => `${String(times).padStart(8)}  ${name}`);
  process.stdout.write(`what occurred:\n${lines.join('\n')}\n`);
}
