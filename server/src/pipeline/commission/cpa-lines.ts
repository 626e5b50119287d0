import { decimal, decimalFromInteger, formatDecimal, normalizeDecimal } from '../../kernel/decimal.ts';
import type { Decimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromMinor } from '../../kernel/money.ts';
import { convertAmount, recordOfConversion } from '../../kernel/rate-book.ts';
import type { Conversion } from '../../kernel/rate-book.ts';
import { periodOf } from '../../kernel/period.ts';
import { localDate } from '../../kernel/zone.ts';
import type { CpaComponent, DealVersion } from '../../registry/deals/facts.ts';
import type { ProgramSnapshot } from '../../registry/facts.ts';
import { listChain } from '../../registry/facts.ts';
import type { Attribution } from '../attribution/facts.ts';
import { findCountryAt, findOpening, sayReached } from '../qualification/index.ts';
import type { CpaOutcome } from '../qualification/index.ts';
import { withDay } from './cpa-inputs.ts';
import { findClawbackPercent, splitClawback } from './clawback.ts';
import { findAncestorComponent, findDealAtEither } from './components.ts';
import { naturalKeyOf } from './facts.ts';
import type { CustomerContext, Line, PeriodInput, ZeroLine } from './facts.ts';
import { countingPeriod } from './late.ts';
import { termsAt } from './level-terms.ts';
import type { PlaceTerms } from './level-terms.ts';
import { buildLines } from './line.ts';
import type { Beneficiary } from './line.ts';

/** One CPA component that qualified, under the bond whose partner earns it. */
export interface WonCpa {
  readonly customerId: string;
  readonly bond: Attribution & { readonly partnerId: string };
  readonly component: CpaComponent;
  readonly deal: DealVersion;
  readonly outcome: CpaOutcome & { readonly qualified: true };
}

/** What a granted CPA is worth to whom. */
export interface CpaPay {
  readonly lines: readonly Line[];
  readonly zeros: readonly ZeroLine[];
  readonly inputs: readonly PeriodInput[];
}

/** True when the leaf's part is settled by period: only the sum of a period is well defined (rules.md 2.2). */
export function isByPeriod({ tiers, caps, qualityGate }: CpaComponent): boolean {
  return tiers !== null || caps.length > 0 || qualityGate !== null;
}

/** The lines of all levels, and what goes to components that are settled by period. Pure. */
export function payCpa(
  program: ProgramSnapshot,
  context: CustomerContext,
  won: WonCpa,
  { held, takenKnownAt }: { readonly held: boolean; readonly takenKnownAt: Instant },
): CpaPay {
  const { component, bond, outcome } = won;
  const { qualifiedAt } = outcome;
  const { mode, maxDepth, negative } = component.levels;
  const beneficiaries = listChain(program, bond.partnerId, qualifiedAt)
    .slice(0, maxDepth)
    .flatMap((link): Beneficiary[] => {
      const own = link.leaf ? leafTerms(won) : termsOfAncestor(program, won, link.partnerId);
      return own === undefined ? [] : [{ link, ...own }];
    });
  const byPeriod = isByPeriod(component);
  const built = buildLines({
    component: component.id,
    mode,
    negative,
    ...(byPeriod ? { leafByPeriod: true } : {}),
    quantity: decimalFromInteger(1),
    from: qualifiedAt,
    program,
    holdReason: held ? 'kyc_pending' : '',
    openedAt: findOpening(context, qualifiedAt),
    beneficiaries,
    basis: basisOf(won),
  });
  const exact = built.leaf === undefined ? undefined : formatDecimal(normalizeDecimal(built.leaf.exact));
  const input = {
    component: component.id,
    partnerId: bond.partnerId,
    period: periodOf(qualifiedAt, program.zone),
  };
  const candidate = {
    at: formatInstant(qualifiedAt),
    order: outcome.place,
    key: keyOf(won, bond.partnerId, beneficiaries[0]?.link.level ?? 1),
    amount: exact ?? '0',
    country: findCountryAt(context.countries, qualifiedAt) ?? '',
    ...takenOf(program, won, takenKnownAt),
  };
  const base = baseOf(program, won, built.leaf?.exact);
  if (byPeriod && base === 'no_fx_rate') {
    const level = beneficiaries[0]?.link.level ?? 1;
    const zero: ZeroLine = { component: component.id, partnerId: bond.partnerId, level, reason: base };
    return { lines: built.lines, zeros: [...built.zeros, zero], inputs: [] };
  }
  return {
    lines: built.lines,
    zeros: built.zeros,
    inputs: byPeriod
      ? [
          {
            ...input,
            measures: withDay({ qualified: '1' }, component.tiers, localDate(qualifiedAt, program.zone)),
            candidate: { ...candidate, ...(typeof base === 'object' ? base : {}) },
          },
        ]
      : [],
  };
}

/** The amount in the program's base currency, where a limit of money is compared there. */
function baseOf(
  program: ProgramSnapshot,
  { component, deal, outcome }: WonCpa,
  exact: Decimal | undefined,
): { readonly base: string } | 'no_fx_rate' | undefined {
  const { currency } = deal.document;
  if (exact === undefined || currency === program.baseCurrency) return undefined;
  if (!component.caps.some(({ by }) => by === 'money')) return undefined;
  const based = convertAmount(program.rates, exact, {
    from: currency,
    to: program.baseCurrency,
    at: outcome.qualifiedAt,
  });
  return based === undefined ? 'no_fx_rate' : { base: formatDecimal(normalizeDecimal(based.amount)) };
}

function keyOf({ customerId, component }: WonCpa, partnerId: string, level: number): string {
  return naturalKeyOf({ eventId: null, customerId, component: component.id, partnerId, level });
}

/** When a candidate was taken back, and what of it after payment, in per cent. */
function takenOf(program: ProgramSnapshot, { bond, component, outcome }: WonCpa, knownAt: Instant): object {
  const { taken, qualifiedAt } = outcome;
  if (taken === undefined) return {};
  const ages = { from: qualifiedAt, to: taken.at, zone: program.zone };
  const percent = formatDecimal(findClawbackPercent(component.clawback, ages));
  const period = countingPeriod(
    program,
    { partnerId: bond.partnerId, component: component.id, period: periodOf(taken.at, program.zone) },
    knownAt,
  );
  return { taken: { at: formatInstant(taken.at), percent, period } };
}

function leafTerms({ component, deal }: WonCpa): Omit<Beneficiary, 'link'> | undefined {
  const terms = termsAt(component.levels.mode, true, placeTermsOf(component));
  return terms === undefined ? undefined : { deal, component, ...terms };
}

function placeTermsOf({ amount, override, giveUp, overridePercent, ratios }: CpaComponent): PlaceTerms {
  return {
    rate: decimal(amount),
    override: override === null ? undefined : decimal(override),
    giveUp: giveUp === null ? undefined : decimal(giveUp),
    overridePercent,
    ratios,
  };
}

/** What an ancestor earns by its own deal; undefined where it has no terms, and is skipped (rules.md 5, Levels). */
function termsOfAncestor(
  program: ProgramSnapshot,
  { component, deal, bond, outcome }: WonCpa,
  partnerId: string,
): Omit<Beneficiary, 'link'> | undefined {
  const { qualifiedAt } = outcome;
  const instants: readonly [Instant, Instant] =
    component.termsAt === 'attribution' ? [bond.from, qualifiedAt] : [qualifiedAt, qualifiedAt];
  const own = findDealAtEither(program, partnerId, instants, qualifiedAt);
  if (own === undefined) return undefined;
  const found = findAncestorComponent('cpa', component.id, { leaf: deal, own });
  if (found === undefined) return undefined;
  const terms = termsAt(component.levels.mode, false, placeTermsOf(found));
  return terms === undefined ? undefined : { deal: own, component: found, ...terms };
}

function basisOf({ component, outcome }: WonCpa): Record<string, string> {
  const { deposit, grantedBy, qualifiedAt, progress, conversion } = outcome;
  const depositId = component.firstDeposit === 'none' ? undefined : deposit?.event.eventId;
  // A first deposit by itself is told by its amount.
  const isPlain = component.firstDeposit === 'single_first' && progress.length === 1;
  return {
    amount: component.amount,
    ...(deposit === undefined || component.firstDeposit === 'none'
      ? {}
      : {
          depositId: deposit.event.eventId,
          deposit: formatDecimal(deposit.amount),
          depositCurrency: deposit.currency,
        }),
    ...(grantedBy === depositId ? {} : { grantedBy }),
    qualifiedAt: formatInstant(qualifiedAt),
    ...(isPlain || progress.length === 0 ? {} : { conditions: sayReached(progress) }),
    ...(conversion === undefined ? {} : basisOfConversion(conversion)),
  };
}

/** The rate at which the deposit was compared with the minimum. */
function basisOfConversion(conversion: Conversion): Record<string, string> {
  const { rate, rateSource, rateAt } = recordOfConversion(conversion);
  return { depositRate: rate, depositRateSource: rateSource, depositRateAt: rateAt };
}

/** What takes a granted CPA, and from when. */
export interface CpaTaking {
  readonly at: Instant;
  readonly reason: 'chargeback' | 'kyc_failed' | 'not_unique';
}

/**
 * What a chargeback takes back of the lines of a CPA (rules.md 2.7 and 5 "Clawback"): everything of what was not paid yet, and of what
 * was the share of each beneficiary's own schedule. It is held with what it takes from. Pure.
 */
export function takeBackCpa(
  program: ProgramSnapshot,
  won: WonCpa,
  lines: readonly Line[],
  taking: CpaTaking,
): Line[] {
  return lines.map((line) => {
    const { share, percent, review } = shareOfLine(program, won, line, taking);
    return {
      ...line,
      amountMinor: (-BigInt(line.amountMinor)).toString(),
      basis: { ...takingBasis(won, line, taking), percent },
      ifPaid: {
        key: keyOf(won, line.partnerId, line.level),
        by: formatInstant(taking.at),
        amountMinor: share.toString(),
        ...review,
      },
    };
  });
}

/**
 * What is left of the lines of a CPA whose customer failed KYC, or turned out to be a duplicate, later: nothing of what was not paid by then, and of
 * what was paid all, or what the schedule leaves where the deal claws back for it (semantics.md 8). Pure.
 */
export function withdrawCpa(
  program: ProgramSnapshot,
  won: WonCpa,
  lines: readonly Line[],
  taking: CpaTaking,
): Line[] {
  return lines.map((line) => {
    const { share, percent, claws, review } = shareOfLine(program, won, line, taking);
    const left = BigInt(line.amountMinor) + (claws ? share : 0n);
    return {
      ...line,
      amountMinor: '0',
      basis: { ...line.basis, ...takingBasis(won, line, taking), percent: claws ? percent : '0' },
      ifPaid: {
        key: keyOf(won, line.partnerId, line.level),
        by: formatInstant(taking.at),
        amountMinor: left.toString(),
        ...review,
      },
    };
  });
}

function takingBasis({ outcome }: WonCpa, line: Line, taking: CpaTaking): Record<string, string> {
  return {
    takes: formatDecimal(normalizeDecimal(fromMinor(BigInt(line.amountMinor), line.currency))),
    takenBy: taking.reason,
    takenAt: formatInstant(taking.at),
    qualifiedAt: formatInstant(outcome.qualifiedAt),
  };
}

/** The share of a line that is taken after payment, signed, by the terms of whose line it is. */
function shareOfLine(
  program: ProgramSnapshot,
  { component, deal, outcome }: WonCpa,
  line: Line,
  { at }: CpaTaking,
): { share: bigint; percent: string; claws: boolean; review: { review?: true } } {
  const owner = findDealOf(program, line) ?? deal;
  const own = line.leaf ? component : findAncestorComponent('cpa', component.id, { leaf: deal, own: owner });
  const { clawback, clawbackOnKycFailed } = own ?? component;
  const percent = findClawbackPercent(clawback, { from: outcome.qualifiedAt, to: at, zone: program.zone });
  const one = decimalFromInteger(1);
  const original = { amountMinor: BigInt(line.amountMinor), whole: one, rounding: owner.document.rounding };
  const [share = 0n] = splitClawback(original, [{ part: one, percent }]);
  const review = clawback.review ? { review: true as const } : {};
  return { share, percent: formatDecimal(percent), claws: clawbackOnKycFailed, review };
}

function findDealOf(program: ProgramSnapshot, { partnerId, dealId }: Line): DealVersion | undefined {
  return [...(program.dealsOf.get(partnerId) ?? []), ...program.defaultDeals].find(
    (deal) => deal.id === dealId,
  );
}
