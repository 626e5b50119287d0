// What the trading server knows: accounts and deals, in memory.
import { cancelled } from './deal.ts';
import type { Deal } from './deal.ts';
import { serverSeconds } from './server-time.ts';

/** Which deals are asked for. Bounds in seconds of the server's clock, both included. */
export interface DealQuery {
  readonly logins?: ReadonlySet<number>;
  readonly groups?: readonly string[];
  readonly symbols?: ReadonlySet<string>;
  readonly from: number;
  readonly to: number;
}

/** The accounts and deals of one server. Deals are given out in the order of their time and number. */
export class DealBook {
  readonly #deals = new Map<number, Deal>();
  readonly #groups = new Map<number, string>();
  #sorted: Deal[] | undefined;

  openAccount(login: number, group: string): void {
    this.#groups.set(login, group);
  }

  groupOf(login: number): string | undefined {
    return this.#groups.get(login);
  }

  /** Logins of all accounts whose group fits the mask, smallest first. */
  logins(masks: readonly string[]): number[] {
    return [...this.#groups]
      .filter(([, group]) => fitsMask(group, masks))
      .map(([login]) => login)
      .sort((a, b) => a - b);
  }

  add(deal: Deal): void {
    this.#deals.set(deal.deal, deal);
    this.#sorted = undefined;
  }

  /** Takes a deal back in place. Throws a RangeError when there is none of this number. */
  cancel(number: number): void {
    const deal = this.#deals.get(number);
    if (deal === undefined) throw new RangeError(`there is no deal ${number} to cancel`);
    this.add(cancelled(deal));
  }

  find(number: number): Deal | undefined {
    return this.#deals.get(number);
  }

  list(query: DealQuery): Deal[] {
    this.#sorted ??= [...this.#deals.values()].sort((a, b) => a.atMs - b.atMs || a.deal - b.deal);
    return this.#sorted.filter((deal) => {
      const at = serverSeconds(deal.atMs);
      if (at < query.from || at > query.to) return false;
      if (query.logins !== undefined && !query.logins.has(deal.login)) return false;
      if (query.symbols !== undefined && !query.symbols.has(deal.symbol)) return false;
      return query.groups === undefined || fitsMask(deal.group, query.groups);
    });
  }

  get size(): number {
    return this.#deals.size;
  }
}

/** Masks as the platform reads them: `demo*`, `!demoforex` takes away, the last one that fits decides. */
export function fitsMask(group: string, masks: readonly string[]): boolean {
  let fits = false;
  for (const mask of masks) {
    const takesAway = mask.startsWith('!');
    const pattern = (takesAway ? mask.slice(1) : mask).split('*');
    if (fitsPattern(group, pattern)) fits = !takesAway;
  }
  return fits;
}

/** Parts between stars, in order; without a star the whole name. */
function fitsPattern(name: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  if (!name.startsWith(first)) return false;
  if (rest.length === 0) return name === first;
  let at = first.length;
  for (const part of rest.slice(0, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  const last = rest.at(-1) ?? '';
  return name.length - last.length >= at && name.endsWith(last);
}
