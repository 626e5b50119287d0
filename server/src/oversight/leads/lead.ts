// A customer as its partner may see it: where it stands, what is missing, and what brought it; nothing that names a person. Pure.
import { decimal } from '../../kernel/decimal.ts';
import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney, isCurrency, toMinor } from '../../kernel/money.ts';
import { isReasonCode, reasonSentence } from '../../kernel/reason.ts';
import { decodeContext } from '../../pipeline/commission/facts.ts';
import type { CustomerContext, CustomerSummary, Line } from '../../pipeline/commission/facts.ts';
import { findBarAt } from '../../pipeline/qualification/index.ts';

export type LeadState = 'registered' | 'deposited' | 'qualified';

/** The row of a customer as it is stored; documents of one who was never decided are empty. */
export interface StoredLead {
  readonly id: string;
  readonly lane: number;
  readonly registeredAt: Instant | null;
  readonly context: Partial<CustomerContext>;
  readonly summary: Partial<CustomerSummary>;
  readonly lines: readonly Line[];
}

/** What was decided about one event of the customer. */
interface Decided {
  readonly reason: string | null;
  readonly detail: string | null;
}

export interface LeadKnown {
  readonly partnerId: string;
  readonly now: Instant;
  readonly registration: Decided | undefined;
  readonly deposit: Decided | undefined;
  readonly subs: Readonly<Record<string, string>>;
  readonly creative: string | undefined;
}

/** The events whose decisions say what is missing: the registration, and the first deposit. */
export function eventsOfLead({ context, summary }: StoredLead): {
  readonly registration: string | undefined;
  readonly deposit: string | undefined;
} {
  return {
    registration: context.registrationId ?? undefined,
    deposit: summary.firstDeposit?.eventId,
  };
}

/** The click that won, by link and time; undefined where something else did. */
export function clickOfLead(lead: StoredLead): { readonly linkId: string; readonly at: Instant } | undefined {
  const winner = decodeContext(lead.context).attributions.at(-1)?.winner;
  return winner?.kind === 'click' && winner.linkId !== undefined
    ? { linkId: winner.linkId, at: winner.at }
    : undefined;
}

export function describeLead(lead: StoredLead, known: LeadKnown) {
  const context = decodeContext(lead.context);
  const bond = context.attributions.at(-1);
  const winner = bond?.winner ?? null;
  const line = lead.lines.find((own) => own.partnerId === known.partnerId);
  const deposit = lead.summary.firstDeposit ?? null;
  const qualifiedAt = line?.basis['qualifiedAt'] ?? null;
  return {
    customerId: wireId('cus', lead.id),
    registeredAt: lead.registeredAt === null ? null : formatInstant(lead.registeredAt),
    since: bond === undefined || !Number.isFinite(bond.from) ? null : formatInstant(bond.from),
    state: stateOf(lead, known.partnerId),
    ...sayWhy(lead, context, known),
    by: winner?.kind ?? null,
    campaign: winner?.campaign ?? null,
    creative: known.creative ?? null,
    code: winner?.code ?? null,
    linkId: winner?.linkId === undefined ? null : wireId('lnk', winner.linkId),
    subs: { ...known.subs },
    country: context.country,
    firstDeposit:
      deposit === null
        ? null
        : {
            at: formatInstant(deposit.at),
            amount: { amount: majorText(deposit.amount, deposit.currency), currency: deposit.currency },
          },
    qualifiedAt,
  };
}

/** With the digits of its currency. */
function majorText(amount: string, currency: string): string {
  return isCurrency(currency)
    ? formatMoney({ amountMinor: toMinor(decimal(amount), currency, 'half_even'), currency })
    : amount;
}

function stateOf(lead: StoredLead, partnerId: string): LeadState {
  if (lead.lines.some((line) => line.partnerId === partnerId)) return 'qualified';
  return (lead.summary.firstDeposit ?? null) === null ? 'registered' : 'deposited';
}

/** Reasons whose detail says what is missing, and names nobody. */
const TELLS_MORE: ReadonlySet<string> = new Set([
  'qualification_pending',
  'ftd_below_min',
  'qualification_window_expired',
  'chargeback',
  'no_fx_rate',
  'info_only',
]);

/** What stands in the way goes first, then what the conditions lack. */
function sayWhy(
  lead: StoredLead,
  context: CustomerContext,
  known: LeadKnown,
): { readonly reason: string | null; readonly why: string } {
  const barred = findBarAt(context, known.now);
  if (barred !== undefined) return { reason: barred, why: reasonSentence(barred, 'partner') };
  switch (stateOf(lead, known.partnerId)) {
    case 'qualified': {
      const held = lead.lines.find((own) => own.partnerId === known.partnerId)?.holdReason ?? '';
      return {
        reason: 'cpa_granted',
        why: `Qualified: all conditions are met.${held !== '' && isReasonCode(held) ? ` ${reasonSentence(held, 'partner')}` : ''}`,
      };
    }
    case 'deposited':
      return sayDecided(known.deposit, 'A deposit has come.');
    case 'registered':
      if (lead.registeredAt === null)
        return { reason: 'unknown_customer', why: 'The registration has not come yet.' };
      return sayDecided(known.registration, 'Registered; no deposit has come yet.');
  }
}

function sayDecided(
  decided: Decided | undefined,
  stands: string,
): { readonly reason: string | null; readonly why: string } {
  const reason = decided?.reason ?? null;
  // No line of this partner stands, so it was granted to whom the customer belonged then.
  if (reason === 'cpa_granted')
    return {
      reason: 'cpa_already_paid',
      why: `${stands} The one-time commission for this customer was earned before it was this partner's.`,
    };
  if (reason === null || !isReasonCode(reason)) return { reason: null, why: stands };
  const detail = TELLS_MORE.has(reason) && decided?.detail ? ` ${capital(decided.detail)}.` : '';
  // Of a registration "for information only" tells a partner nothing; what is missing does.
  if (reason === 'info_only') return { reason: null, why: `${stands}${detail}` };
  return { reason, why: `${stands} ${reasonSentence(reason, 'partner')}${detail}` };
}

function capital(text: string): string {
  return text.startsWith('needs ') ? `It ${text}` : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
