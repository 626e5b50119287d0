// Purchases and stages of a customer who failed KYC, or turned out to be a duplicate, later (semantics.md 8). Pure.
import { naturalKeyOf } from './facts.ts';
import type { EventDecision } from './facts.ts';
import type { PropPay } from './prop.ts';
import { withdrawLine } from './withdrawn.ts';

/**
 * The decisions about what was withdrawn, and about what takes some of it back, by event id: what was left of each line is withdrawn, and
 * the lines of what takes back go with it. `returns`: decisions about these.
 */
export function withdrawProp(
  customerId: string,
  { paid, returns }: { paid: readonly PropPay[]; returns: ReadonlyMap<string, EventDecision> },
): ReadonlyMap<string, EventDecision> {
  const withdrawn = new Map<string, EventDecision>();
  if (!paid.some(({ withdrawal }) => withdrawal !== undefined)) return withdrawn;
  const returned = new Map<string, bigint>();
  for (const { ifPaid, amountMinor } of [...returns.values()].flatMap(({ lines }) => lines))
    if (ifPaid !== undefined)
      returned.set(ifPaid.key, (returned.get(ifPaid.key) ?? 0n) + BigInt(amountMinor));
  const keys = new Set<string>();
  for (const { event, decision, withdrawal } of paid) {
    if (withdrawal === undefined) continue;
    const { eventId } = event;
    const lines = decision.lines.flatMap((line) => {
      const key = naturalKeyOf({ ...line, eventId, customerId });
      keys.add(key);
      const left = BigInt(line.amountMinor) + (returned.get(key) ?? 0n);
      return left === 0n ? [] : [withdrawLine(line, { key, withdrawal, left })];
    });
    withdrawn.set(eventId, { ...decision, lines });
  }
  for (const [eventId, decision] of returns) {
    const lines = decision.lines.filter(({ ifPaid }) => ifPaid === undefined || !keys.has(ifPaid.key));
    if (lines.length < decision.lines.length) withdrawn.set(eventId, { ...decision, lines });
  }
  return withdrawn;
}
