// What the product knows, asked by its API: where every event is, and what was earned.
import type { Api } from './api.ts';

interface Terms {
  readonly received: number;
  readonly dispositions: Readonly<Record<string, number>>;
  readonly events: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly parked: number;
  readonly failed: number;
  readonly decided: number;
  readonly superseded: number;
  readonly itemsHold: boolean;
  readonly eventsHold: boolean;
}

export interface Conservation {
  readonly holds: boolean;
  readonly total: Terms;
}

export function readConservation(api: Api): Promise<Conservation> {
  return api.get('/v1/conservation');
}

/** Balances of one partner in one currency, in hundredths of the unit. */
export interface Earned {
  readonly partnerId: string;
  readonly currency: string;
  accrued: bigint;
  approved: bigint;
}

interface BalancePage {
  readonly items: readonly {
    readonly account: string;
    readonly balance: { readonly amount: string; readonly currency: string };
  }[];
  readonly nextCursor: string | null;
}

/** What every partner has, from the accounts of the ledger. */
export async function readEarned(api: Api): Promise<Earned[]> {
  const earned = new Map<string, Earned>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: BalancePage = await api.get(
      `/v1/balances?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    for (const { account, balance } of page.items) {
      const [, uuid, side] = /^partner:([0-9a-f-]+):(accrued|approved)$/.exec(account) ?? [];
      if (uuid === undefined) continue;
      const partnerId = `prt_${uuid.replaceAll('-', '')}`;
      const key = `${partnerId} ${balance.currency}`;
      const entry = earned.get(key) ?? { partnerId, currency: balance.currency, accrued: 0n, approved: 0n };
      entry[side === 'accrued' ? 'accrued' : 'approved'] += centsOf(balance.amount);
      earned.set(key, entry);
    }
    cursor = page.nextCursor;
  }
  return [...earned.values()];
}

/** Adds up by currency. */
export function totalsOf(
  earned: readonly Earned[],
): { currency: string; accrued: bigint; approved: bigint }[] {
  const totals = new Map<string, { currency: string; accrued: bigint; approved: bigint }>();
  for (const { currency, accrued, approved } of earned) {
    const total = totals.get(currency) ?? { currency, accrued: 0n, approved: 0n };
    totals.set(currency, { currency, accrued: total.accrued + accrued, approved: total.approved + approved });
  }
  return [...totals.values()].sort((a, b) => (a.currency < b.currency ? 1 : -1));
}

/** Hundredths of a decimal text with at most two digits after the point. */
export function centsOf(amount: string): bigint {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount) ?? [];
  const cents = BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0') || '0');
  return sign === '-' ? -cents : cents;
}

/** "1,234.50" */
export function sayCents(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, '0');
  const whole = digits.slice(0, -2).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${cents < 0n ? '-' : ''}${whole}.${digits.slice(-2)}`;
}
