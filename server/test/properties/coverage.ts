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
  /^said: deposit/,
  /^said: first_deposit/,
  /^said: .*by login/,
  /^said: .*by click/,
  /^said: chargeback/,
  /^said: revision: amount/,
  /^said: revision: time/,
  /^said: revision: customer/,
  /^said: revision: declined/,
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
  /^paid per-lot at level 1/,
  /^paid per-lot at level 2/,
  /^paid cpa at level/,
];

/** The patterns that nothing matched; a campaign that was made short by hand is not asked. */
export function expectCoverage(tally: Tally, cases: number): string[] {
  if (cases < 12) return [];
  const names = [...tally.keys()];
  return ALWAYS.filter((pattern) => !names.some((name) => pattern.test(name))).map(
    (pattern) => `never occurred: ${pattern.source}`,
  );
}

export function printTally(tally: Tally): void {
  const lines = [...tally]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, times]) => `${String(times).padStart(8)}  ${name}`);
  process.stdout.write(`what occurred:\n${lines.join('\n')}\n`);
}
