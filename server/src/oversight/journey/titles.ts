// What an event is called where people read it.
import type { AssemblyOutcome } from '../../pipeline/assembly/facts.ts';
import type { CanonicalEvent } from '../../pipeline/mapping/facts.ts';

/** A short title and, where there is more to say, a second line. */
export function titleOf(
  content: CanonicalEvent,
  assembly: AssemblyOutcome | undefined,
): { title: string; detail: string | null } {
  const { amount, currency, execution, link, kyc, payout } = content;
  if (execution !== undefined) return tradeTitle(execution, assembly);
  const sum = amount === undefined ? '' : ` ${amount} ${currency ?? ''}`.trimEnd();
  if (link !== undefined) return { title: `Identifier ${link.namespace} ${link.value} linked`, detail: null };
  if (kyc !== undefined) return { title: `Verification ${kyc.status}`, detail: null };
  if (payout !== undefined)
    return {
      title: `Payout ${payout.status}${sum}`,
      detail: payout.gatewayId === undefined ? null : `at the gateway: ${payout.gatewayId}`,
    };
  return { title: `${WORDS[content.kind] ?? plainWords(content.kind)}${sum}`, detail: null };
}

const WORDS: Readonly<Record<string, string>> = {
  registration: 'Registered',
  deposit: 'Deposited',
  first_deposit: 'Deposited for the first time',
  withdrawal: 'Withdrew',
  unsettled: 'Told, and not settled:',
};

function plainWords(kind: string): string {
  return `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll('_', ' ')}`;
}

const VERBS: Readonly<Record<string, string>> = {
  in: 'Opened',
  out: 'Closed',
  out_by: 'Closed against an opposite position',
  inout: 'Turned',
};

function tradeTitle(
  execution: NonNullable<CanonicalEvent['execution']>,
  assembly: AssemblyOutcome | undefined,
): { title: string; detail: string | null } {
  const { lots, symbol, position, account, side } = execution;
  const title = `${VERBS[execution.entry] ?? 'Traded'} ${lots} lots ${symbol}`;
  const where = `${side}, position ${position}, account ${account}`;
  if (assembly?.kind !== 'trade') return { title, detail: where };
  const seconds = Math.round((assembly.trade.closedAt - assembly.trade.openedAt) / 1_000_000);
  return { title, detail: `${where}, open for ${durationOf(seconds)}` };
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
