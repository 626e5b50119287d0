import { wireId } from '../../kernel/ids.ts';

/** What a settlement says of single customers, with their names on the wire: `ringfenced` and `recoupOf` are keyed by them. */
export function wireCarry(carry: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(carry).map(([name, value]) => [name, KEYED.has(name) ? wireKeys(value) : value]),
  );
}

const KEYED: ReadonlySet<string> = new Set(['ringfenced', 'recoupOf']);

function wireKeys(amounts: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(amounts ?? {}).map(([id, amount]) => [wireId('cus', id), amount as unknown]),
  );
}

/** What stands behind a step; a customer by its name on the wire. */
export function wireStepBy({ customerId, ...by }: Readonly<Record<string, string>> = {}): Record<
  string,
  string
> {
  return customerId === undefined ? by : { ...by, customerId: wireId('cus', customerId) };
}
