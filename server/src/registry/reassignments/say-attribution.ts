// Whose a customer is, over time, with everybody who could have been it and a sentence for each. Pure.
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';

interface StoredCandidate {
  readonly kind: string;
  readonly partnerId: string | null;
  readonly linkId?: string;
  readonly campaign?: string;
  readonly code?: string;
  readonly exclusive?: boolean;
  readonly at: number | string;
  readonly lost?: string;
  /** Of a manual one: the fact. */
  readonly originId?: string;
}

interface StoredBond {
  readonly from: number | string | null;
  readonly partnerId: string | null;
  readonly winner: StoredCandidate | null;
  readonly losers: readonly StoredCandidate[];
  readonly reason?: string;
}

const BASES: Readonly<Record<string, string>> = {
  declared: 'as the customer declared',
  kyc: 'as KYC established',
  click: 'by the place of the click',
};

/** The bonds of a stored context; `nameOf` says the name of a partner. */
export function sayAttribution(
  context: Readonly<Record<string, unknown>>,
  nameOf: (partnerId: string) => string,
) {
  const bonds = (context['attributions'] ?? []) as readonly StoredBond[];
  const country = context['country'];
  const basis = context['countryFrom'];
  return {
    bonds: bonds.map((bond) => ({
      from: instantOf(bond.from),
      partnerId: bond.partnerId === null ? null : wireId('prt', bond.partnerId),
      reason: bond.reason ?? null,
      sentence: sayBond(bond, nameOf),
      winner: bond.winner === null ? null : wireCandidate(bond.winner, nameOf),
      losers: bond.losers.map((candidate) => wireCandidate(candidate, nameOf)),
    })),
    country: typeof country === 'string' ? country : null,
    countryFrom: typeof basis === 'string' ? basis : null,
    countrySentence:
      typeof country === 'string'
        ? `The country at registration is ${country}, ${BASES[String(basis)] ?? 'as it was told'}.`
        : 'Nobody said the country at registration; an unknown country is not blocked.',
  };
}

/** The fact by which a person bound the customer from this very instant on, as it was decided; of whoever lives with it. */
export function findManualAt(context: Readonly<Record<string, unknown>>, from: Instant): string | undefined {
  const bonds = (context['attributions'] ?? []) as readonly StoredBond[];
  const bond = bonds.find(({ winner, from: begins }) => winner?.kind === 'manual' && isAt(begins, from));
  return bond?.winner?.originId;
}

/** An instant without a bound is stored as a word, or as null. */
function isAt(stored: number | string | null, instant: Instant): boolean {
  return (stored === null ? Number.NEGATIVE_INFINITY : Number(stored)) === instant;
}

/** Every partner that a stored context names. */
export function partnersIn(context: Readonly<Record<string, unknown>>): string[] {
  const bonds = (context['attributions'] ?? []) as readonly StoredBond[];
  const named = bonds.flatMap(({ partnerId, winner, losers }) => [
    partnerId,
    winner?.partnerId ?? null,
    ...losers.map((candidate) => candidate.partnerId),
  ]);
  return [...new Set(named)].filter((id) => id !== null);
}

function sayBond({ partnerId, winner, reason }: StoredBond, nameOf: (id: string) => string): string {
  if (partnerId === null)
    return reason === undefined || winner?.kind === 'manual'
      ? 'Nobody: the customer is organic from here on.'
      : `Nobody: ${sayReason(reason)}`;
  if (winner === null) return `The customer belongs to ${nameOf(partnerId)}.`;
  return `The customer belongs to ${nameOf(partnerId)}: ${sayKind(winner)}.`;
}

function sayKind(candidate: StoredCandidate): string {
  switch (candidate.kind) {
    case 'manual':
      return 'attributed by hand';
    case 'code':
      return `${candidate.exclusive === true ? 'exclusive code' : 'code'} ${candidate.code ?? ''}`.trim();
    default:
      return candidate.campaign === undefined || candidate.campaign === ''
        ? 'a click'
        : `a click of campaign ${candidate.campaign}`;
  }
}

function wireCandidate(candidate: StoredCandidate, nameOf: (id: string) => string) {
  const { partnerId, linkId, campaign, code, exclusive, lost } = candidate;
  const whose = partnerId === null ? 'nobody' : nameOf(partnerId);
  return {
    kind: candidate.kind,
    partnerId: partnerId === null ? null : wireId('prt', partnerId),
    ...(linkId === undefined ? {} : { linkId: wireId('lnk', linkId) }),
    ...(campaign === undefined ? {} : { campaign }),
    ...(code === undefined ? {} : { code }),
    ...(exclusive === undefined ? {} : { exclusive }),
    at: instantOf(candidate.at),
    lost: lost ?? null,
    sentence:
      lost === undefined
        ? `Won for ${whose}: ${sayKind(candidate)}.`
        : `Lost for ${whose}: ${sayKind(candidate)}. ${sayReason(lost)}`,
  };
}

function sayReason(code: string): string {
  return isReasonCode(code) ? reasonSentence(code, 'operator') : code;
}

function instantOf(value: unknown): string | null {
  const micros = Number(value);
  return Number.isFinite(micros) && value !== null ? formatInstant(micros as Instant) : null;
}
