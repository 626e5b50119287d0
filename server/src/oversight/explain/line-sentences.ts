// What is said about one line: how the amount came about, and where it stands.
import { instantFromIso } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import type { Line } from '../../pipeline/commission/facts.ts';
import { readHoldReason } from '../../pipeline/ledger/facts.ts';
import type { AfterPayment, EventEvidence, LineState, Posting } from './facts.ts';
import { sayPaid } from './paid-sentences.ts';
import { sayRebate } from './rebate-sentences.ts';
import { sayAmount, sayDate, sayDay, sayMinor, sayTime } from './wording.ts';

/** How the amount of a line came about, in one sentence that ends with the amount. Names no partner. */
export function sayLine(evidence: EventEvidence, line: Line): string {
  if (line.rebate !== undefined) return sayRebate(line, line.rebate);
  const { lots, per, rate, takenBy } = line.basis;
  if (takenBy !== undefined) return sayTaking(evidence, line, takenBy);
  if (rate !== undefined && (lots !== undefined || per !== undefined)) return sayPaid(evidence, line, rate);
  return sayCpa(evidence, line);
}

function sayCpa(evidence: EventEvidence, line: Line): string {
  const { qualifiedAt, deposit, depositCurrency, depositRate, depositRateSource, own, below } = line.basis;
  const rate =
    depositRate === undefined ? '' : ` (at ${depositRate} ${line.currency}, ${depositRateSource ?? ''})`;
  const paid =
    deposit === undefined || depositCurrency === undefined
      ? 'The registration'
      : `The first deposit of ${sayAmount(deposit, depositCurrency)}${rate}`;
  const when =
    qualifiedAt === undefined ? '' : ` on ${sayDate(instantFromIso(qualifiedAt), evidence.program.zone)}`;
  const what = line.leaf ? 'CPA' : 'override on the CPA';
  const less =
    own === undefined || below === undefined
      ? sayShare(line)
      : ` (${sayAmount(own, line.currency)} less ${sayAmount(below, line.currency)} earned below)`;
  const reached = line.basis['conditions'];
  const said =
    reached === undefined
      ? `${paid} qualified the customer`
      : `All conditions of the CPA held together (${reached})`;
  return `${said}${when}; the ${what} of ${sayMinor(line.amountMinor, line.currency)}${less} is paid once per customer.`;
}

/** How a level's part follows from the one below, in the modes that share or multiply. */
function sayShare({ basis, currency }: Line): string {
  const { percent, of, got, gaveUp, base, ratio, ownAmount, amountBelow } = basis;
  if (ownAmount !== undefined && amountBelow !== undefined)
    return ` (${sayAmount(ownAmount, currency)} less ${sayAmount(amountBelow, currency)} below)`;
  if (percent !== undefined && of !== undefined)
    return ` (${percent} % of the ${sayAmount(of, currency)} of the level below)`;
  if (got !== undefined && gaveUp !== undefined)
    return ` (${sayAmount(got, currency)} came in, ${sayAmount(gaveUp, currency)} go to the level above)`;
  return base === undefined || ratio === undefined ? '' : ` (${sayAmount(base, currency)} times ${ratio})`;
}

const TAKEN_BY: Readonly<Record<string, string>> = {
  chargeback: 'The chargeback',
  reversal: 'The reversal',
  refund: 'The refund',
  kyc_failed: 'The failed KYC',
  not_unique: 'That the customer turned out to be a duplicate',
};

/** What takes back an amount: everything of what was not paid yet, and by the schedule of what was (rules.md 2.7). */
function sayTaking(evidence: EventEvidence, line: Line, takenBy: string): string {
  const { takes = '0', takenAt, originalAt, percent = '100', part, whole } = line.basis;
  const qualifiedAt = line.basis['qualifiedAt'] ?? originalAt;
  const { zone } = evidence.program;
  const share = part === undefined || part === whole ? '' : `${part} of ${whole ?? ''} parts of `;
  const when = takenAt === undefined ? '' : ` of ${sayDate(instantFromIso(takenAt), zone)}`;
  const since = qualifiedAt === undefined ? '' : ` earned on ${sayDate(instantFromIso(qualifiedAt), zone)}`;
  const paid =
    percent === '100'
      ? 'also after payment'
      : `after payment ${percent === '0' ? 'nothing' : `${percent} % of it`}, by the schedule of the deal`;
  return `${TAKEN_BY[takenBy] ?? 'A correction'}${when} takes back ${share}the ${sayAmount(takes, line.currency)}${since}: all of ${share === '' ? 'it' : 'that part'} before payment, ${paid}.`;
}

/** Where a posting stands: by the releases of its settlement group, and by the program's clock (rules.md 2.8). */
export function stateOfPosting(posting: Posting, now: Instant): LineState {
  const { group } = posting;
  if (posting.paid !== undefined) return 'paid';
  if (group !== null && group.releases > posting.groupRelease) return 'approved';
  if (isOfApproved(posting)) return 'approved';
  if (posting.holdReason !== '') return 'held';
  return group !== null && group.holdUntil > now ? 'held' : 'accrued';
}

/** Nothing of its group is held any more: what took something back took it from what was approved, and no release comes for it. */
function isOfApproved({ group, holdReason, groupRelease }: Posting): boolean {
  return (
    holdReason === '' &&
    group !== null &&
    group.releases > 0 &&
    group.releases <= groupRelease &&
    group.heldMinor === '0'
  );
}

/** What the standing of a line is said by: the program's zone and clock. */
type Clocked = Pick<EventEvidence, 'program' | 'now'>;

/** Where one line stands, given what was booked for it; `opensOn`: the day of the gate that opened after its hold. */
export function sayStanding(
  evidence: Clocked,
  postings: readonly Posting[],
  isDesired: boolean,
  opensOn?: string,
): string[] {
  if (postings.length === 0)
    return !isDesired ? [] : ['It is decided and on its way to the ledger; it is not booked yet.'];
  const last = postings[postings.length - 1] as Posting;
  const net = postings.reduce((sum, posting) => sum + BigInt(posting.amountMinor), 0n);
  const said = [sayBookings(evidence, postings, net)];
  if (net !== 0n) said.push(sayHold(evidence, last, opensOn));
  return said;
}

function sayBookings(evidence: Clocked, postings: readonly Posting[], net: bigint): string {
  const { zone } = evidence.program;
  const each = postings.map(
    (posting) => `${sayMinor(posting.amountMinor, posting.currency)} on ${sayTime(posting.bookedAt, zone)}`,
  );
  const first = postings[0] as Posting;
  if (each.length === 1) return `Booked: ${each[0]}.`;
  const total =
    net === 0n
      ? 'together nothing, because later evidence took it back'
      : `together ${sayMinor(net, first.currency)}`;
  return `Booked: ${each.join('; ')}; ${total}.`;
}

function sayHold(evidence: Clocked, posting: Posting, opensOn: string | undefined): string {
  const state = stateOfPosting(posting, evidence.now);
  const { zone } = evidence.program;
  if (posting.paid !== undefined)
    return `It was paid on ${sayDate(posting.paid.paidAt, zone)} (${posting.paid.reference}).`;
  if (posting.isClawback === true && posting.holdReason === '')
    return 'It takes back what had been paid, and goes with the next payment.';
  if (posting.amountMinor.startsWith('-') && isOfApproved(posting))
    return 'What is taken back was taken from what had been approved.';
  if (state === 'approved') {
    const release = posting.group?.decisions[posting.groupRelease];
    return release === undefined
      ? 'The hold is over and the amount is approved.'
      : `The hold ended and the amount was approved on ${sayDate(release.effectiveAt, zone)}.`;
  }
  if (state === 'accrued' && posting.group?.heldMinor === '0')
    return `The hold ended on ${sayDay(posting.holdDay)}; together with what was taken back, nothing is left to approve.`;
  if (state === 'accrued')
    return `The hold ended on ${sayDay(posting.holdDay)}; the amount is about to be approved.`;
  if (posting.holdReason !== '') return sayHeldFor(readHoldReason(posting.holdReason).shown);
  const until = `It is held until ${sayDay(posting.holdDay)}`;
  return posting.holdDay === opensOn
    ? `${until}, when what barred it ends: KYC has passed from then on, or the partner is reinstated.`
    : `${until} (hold period of the deal).`;
}

/** What payments and people made of a line that takes back; nothing where nothing was paid. */
export function sayAfterPayment(after: AfterPayment | undefined, currency: string): string[] {
  if (after === undefined) return [];
  const { sparedMinor, givenBackMinor, pendingMinor } = after;
  return [
    ...(sparedMinor === '0'
      ? []
      : [`It had been paid by then, so ${sayMinor(sparedMinor, currency)} of it is not taken.`]),
    ...(givenBackMinor === '0'
      ? []
      : [`A person decided that ${sayMinor(givenBackMinor, currency)} is not taken.`]),
    ...(pendingMinor === '0' ? [] : [`${sayMinor(pendingMinor, currency)} waits for a person to decide.`]),
  ];
}

function sayHeldFor(reason: string): string {
  return `It is held: ${isReasonCode(reason) ? reasonSentence(reason, 'partner') : reason}`;
}
