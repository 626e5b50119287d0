import { formatDecimal } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import type { Instant } from '../../kernel/instant.ts';
import type {
  DealComponent,
  DealVersion,
  LevelTerms as LevelTermsOfDeal,
} from '../../registry/deals/facts.ts';
import { findSuspensionAt } from '../../registry/facts.ts';
import type { PartnerSnapshot, ProgramSnapshot } from '../../registry/facts.ts';
import type { Line, ZeroLine } from './facts.ts';
import { holdDayOf } from './hold.ts';
import { computeLevels } from './levels.ts';
import type { ChainLink, LevelAmount, LevelTerms } from './levels.ts';

/** A beneficiary with the terms of its own deal. */
export interface Beneficiary {
  readonly link: ChainLink;
  readonly deal: DealVersion;
  /** The component of its own deal that pays it: its hold counts. */
  readonly component: DealComponent;
  readonly rate: Decimal;
}

export interface LineQuestion {
  /** Id of the leaf's component: it stands in the natural keys of all levels. */
  readonly component: string;
  readonly mode: LevelTermsOfDeal['mode'];
  /** Lots of a trade; one for a CPA. */
  readonly quantity: Decimal;
  /** What the hold counts from. */
  readonly from: Instant;
  /** For its zone, in which the hold is counted, and for the suspensions of its partners. */
  readonly program: ProgramSnapshot;
  /** Of the customer; where there is none, a suspension of the beneficiary that is in force holds its line. */
  readonly holdReason: '' | 'kyc_pending';
  /** Leaf first. */
  readonly beneficiaries: readonly Beneficiary[];
  /** What stands in every line's basis besides the level's own figures. */
  readonly basis: Readonly<Record<string, string>>;
}

/** The lines of one component for all levels, and those that came to nothing. */
export function buildLines(question: LineQuestion): { lines: Line[]; zeros: ZeroLine[] } {
  const amounts = computeLevels(question.mode, question.quantity, question.beneficiaries.map(termsOf));
  const lines: Line[] = [];
  const zeros: ZeroLine[] = [];
  for (const [index, beneficiary] of question.beneficiaries.entries()) {
    const amount = amounts[index];
    if (amount === undefined) continue;
    if (amount.zero === undefined) lines.push(lineOf(question, beneficiary, amount));
    else
      zeros.push({
        component: question.component,
        partnerId: beneficiary.link.partnerId,
        level: beneficiary.link.level,
        reason: amount.zero,
      });
  }
  return { lines, zeros };
}

/** What existing customers bring to a suspended partner goes on accruing and is held until it is reinstated (rules.md 5). */
function holdOf(partner: PartnerSnapshot | undefined, at: Instant): Line['holdReason'] {
  return findSuspensionAt(partner, at)?.to === Number.POSITIVE_INFINITY ? 'partner_hold' : '';
}

function termsOf({ link, deal, rate }: Beneficiary): LevelTerms {
  return { ...link, rate, currency: deal.document.currency, rounding: deal.document.rounding };
}

function lineOf(
  question: LineQuestion,
  { link, deal, component, rate }: Beneficiary,
  amount: LevelAmount,
): Line {
  return {
    component: question.component,
    partnerId: link.partnerId,
    level: link.level,
    amountMinor: amount.amountMinor.toString(),
    currency: deal.document.currency,
    holdDay: holdDayOf(question.from, component.holdDays, question.program.zone),
    holdReason: question.holdReason || holdOf(question.program.partners.get(link.partnerId), question.from),
    dealId: deal.id,
    dealVersion: deal.version,
    leaf: link.leaf,
    basis: {
      ...question.basis,
      mode: question.mode,
      rate: formatDecimal(rate),
      exact: formatDecimal(amount.exact),
      ...(amount.below === undefined ? {} : { own: formatDecimal(rate), below: formatDecimal(amount.below) }),
    },
  };
}
