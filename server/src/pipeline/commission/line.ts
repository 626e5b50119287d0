import { formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { convertAmount } from '../../kernel/rate-book.ts';
import { localDate } from '../../kernel/zone.ts';
import type {
  DealComponent,
  DealVersion,
  LevelTerms as LevelTermsOfDeal,
} from '../../registry/deals/facts.ts';
import { findSuspensionAt } from '../../registry/facts.ts';
import type { ChainLink, PartnerSnapshot, ProgramSnapshot } from '../../registry/facts.ts';
import type { Line, ZeroLine } from './facts.ts';
import { holdDayOf } from './hold.ts';
import { computeLevels } from './levels.ts';
import type { Convert, LevelAmount, LevelTerms } from './levels.ts';
import { cutToRevenue } from './revenue-cut.ts';

/** A beneficiary with the terms of its own deal. */
export interface Beneficiary extends Pick<
  LevelTerms,
  'rate' | 'quantity' | 'percent' | 'giveUp' | 'ratio' | 'cap'
> {
  readonly link: ChainLink;
  readonly deal: DealVersion;
  /** The component of its own deal that pays it: its hold counts. */
  readonly component: DealComponent;
  /** What stands in the basis of its line besides what all levels have. */
  readonly basis?: Readonly<Record<string, string>>;
}

export interface LineQuestion {
  /** Id of the leaf's component: it stands in the natural keys of all levels. */
  readonly component: string;
  readonly mode: LevelTermsOfDeal['mode'];
  /** `additive_percent`: what a negative amount below means above. Absent: a negative amount. */
  readonly negative?: LevelTermsOfDeal['negative'];
  /** What the operator earned on it, in the currency of the leaf's deal; absent: not known, and nothing is cut. */
  readonly revenue?: Decimal;
  /** The leaf's part is settled by period in the partner's lane: it is computed with the others, and gets no line. */
  readonly leafByPeriod?: boolean;
  /** Lots of a trade; one for a CPA. */
  readonly quantity: Decimal;
  /** What the hold counts from. */
  readonly from: Instant;
  /** For its zone, in which the hold is counted, and for the suspensions of its partners. */
  readonly program: ProgramSnapshot;
  /** Of the customer; where there is none, a suspension of the beneficiary that is in force holds its line. */
  readonly holdReason: '' | 'kyc_pending';
  /** When the gates of the customer opened, where they did only after `from`: nothing is released before (rules.md 5, Holds). */
  readonly openedAt?: Instant | undefined;
  /** Money at the rates of the instant; absent: those of the program at `from`. */
  readonly convert?: Convert;
  /** Some rates are of money and others per cent of it. */
  readonly isMixed?: boolean;
  /** Leaf first. */
  readonly beneficiaries: readonly Beneficiary[];
  /** What stands in every line's basis besides the level's own figures. */
  readonly basis: Readonly<Record<string, string>>;
}

/** The lines of one component for all levels, and those that came to nothing. */
export interface BuiltLines {
  readonly lines: Line[];
  readonly zeros: ZeroLine[];
  /** With `leafByPeriod`: what the leaf would get. */
  readonly leaf?: LevelAmount;
}

export function buildLines(question: LineQuestion): BuiltLines {
  const levels = {
    ...question,
    terms: question.beneficiaries.map(termsOf),
    convert: question.convert ?? converterAt(question.program, question.from),
  };
  const computed = computeLevels(levels);
  const amounts =
    question.revenue === undefined ? computed : cutToRevenue(computed, levels, question.revenue);
  const lines: Line[] = [];
  const zeros: ZeroLine[] = [];
  let leaf: LevelAmount | undefined;
  for (const [index, beneficiary] of question.beneficiaries.entries()) {
    const amount = amounts[index];
    if (amount === undefined) continue;
    if (question.leafByPeriod === true && beneficiary.link.leaf) leaf = amount;
    else if (amount.zero === undefined) lines.push(lineOf(question, beneficiary, amount));
    else
      zeros.push({
        component: question.component,
        partnerId: beneficiary.link.partnerId,
        level: beneficiary.link.level,
        reason: amount.zero,
      });
  }
  return { lines, zeros, ...(leaf === undefined ? {} : { leaf }) };
}

/** Money at the program's rates of an instant. */
export function converterAt(program: Pick<ProgramSnapshot, 'rates'>, at: Instant): Convert {
  return (amount, from, to) => convertAmount(program.rates, amount, { from, to, at })?.amount;
}

interface Hold extends Pick<Line, 'holdDay' | 'holdReason'> {
  /** The day on which a gate opened, where that is after the end of the hold. */
  readonly opensOn?: string;
}

/**
 * What existing customers bring to a suspended partner goes on accruing and is held until it is reinstated. A line is released at the later of
 * the end of its hold and the last opening of a gate, which may be told before it comes; of a gate that opened, on the day it did (rules.md 5, Holds).
 */
function holdOf(question: LineQuestion, partner: PartnerSnapshot | undefined, holdDays: number): Hold {
  const { from, openedAt, program } = question;
  const suspended = findSuspensionAt(partner, from)?.to;
  const isSuspended = suspended === Number.POSITIVE_INFINITY;
  const openings = [openedAt, isSuspended ? undefined : suspended].filter((at) => at !== undefined);
  const ends = holdDayOf(from, holdDays, program.zone);
  const days = openings.map((at) => localDate(at, program.zone)).filter((day) => day > ends);
  const opensOn = days.toSorted().at(-1);
  return {
    holdDay: opensOn ?? ends,
    holdReason: question.holdReason || (isSuspended ? 'partner_hold' : ''),
    ...(opensOn === undefined ? {} : { opensOn }),
  };
}

function termsOf({ link, deal, component: _component, basis: _basis, ...terms }: Beneficiary): LevelTerms {
  return { ...link, ...terms, currency: deal.document.currency, rounding: deal.document.rounding };
}

function lineOf(
  question: LineQuestion,
  { link, deal, component, rate, basis }: Beneficiary,
  amount: LevelAmount,
): Line {
  const { opensOn, ...hold } = holdOf(
    question,
    question.program.partners.get(link.partnerId),
    component.holdDays,
  );
  return {
    component: question.component,
    partnerId: link.partnerId,
    level: link.level,
    amountMinor: amount.amountMinor.toString(),
    currency: deal.document.currency,
    ...hold,
    dealId: deal.id,
    dealVersion: deal.version,
    leaf: link.leaf,
    basis: {
      ...question.basis,
      ...basis,
      ...gradeBasis(deal),
      mode: question.mode,
      rate: formatDecimal(normalizeDecimal(rate)),
      exact: formatDecimal(normalizeDecimal(amount.exact)),
      ...(amount.below === undefined ? {} : { own: formatDecimal(rate), below: formatDecimal(amount.below) }),
      ...amount.notes,
      ...reducedBy(question.basis, amount),
      ...(opensOn === undefined ? {} : { opensOn }),
    },
  };
}

/** The grade by which a line is paid, since when, and the decision that gave it; nothing where the deal has none. */
function gradeBasis({ grade }: DealVersion): Record<string, string> {
  if (grade === undefined) return {};
  return {
    grade: grade.name,
    ...(grade.since === null ? {} : { gradeSince: formatInstant(grade.since) }),
    ...(grade.decisionId === null ? {} : { gradeDecision: grade.decisionId }),
  };
}

/** The same, and whether it was ever asked for a rate of exchange. */
export function watchedConverter(
  program: Pick<ProgramSnapshot, 'rates'>,
  at: Instant,
): { readonly convert: Convert; readonly wasAsked: () => boolean } {
  const convert = converterAt(program, at);
  let asked = false;
  return {
    convert: (amount, from, to) => {
      asked ||= from !== to;
      return convert(amount, from, to);
    },
    wasAsked: () => asked,
  };
}

/** Codes of what made the amount less than its rate, though not nothing. */
function reducedBy(basis: LineQuestion['basis'], { notes }: LevelAmount): { reduced?: string } {
  const codes = [
    ...(basis['coefficient'] === undefined ? [] : ['trade_credit_funded']),
    ...(notes?.['cap'] === undefined ? [] : ['cap_per_trade']),
    ...(notes?.['uncut'] === undefined ? [] : ['levels_exceed_revenue']),
  ];
  return codes.length === 0 ? {} : { reduced: codes.join(' ') };
}
