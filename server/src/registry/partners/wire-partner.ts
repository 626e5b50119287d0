import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { formatMoney } from '../../kernel/money.ts';

/** What the wire form needs of a stored partner. */
export interface StoredPartner {
  readonly id: string;
  readonly program_id: string;
  readonly name: string;
  readonly external_ref: string | null;
  readonly status: 'active' | 'suspended';
  readonly suspended_at: Instant | null;
  readonly flagged_at: Instant | null;
  readonly market: string | null;
  readonly parent_id: string | null;
  readonly created_at: Instant;
}

export function wirePartner(row: StoredPartner) {
  return {
    id: wireId('prt', row.id),
    programId: wireId('prg', row.program_id),
    name: row.name,
    externalRef: row.external_ref,
    status: row.status,
    suspendedAt: row.suspended_at === null ? null : formatInstant(row.suspended_at),
    flaggedAt: row.flagged_at === null ? null : formatInstant(row.flagged_at),
    market: row.market,
    parentId: row.parent_id === null ? null : wireId('prt', row.parent_id),
    createdAt: formatInstant(row.created_at),
  };
}

export function wireEdge(row: {
  readonly child_id: string;
  readonly parent_id: string | null;
  readonly effective_from: Instant;
}) {
  return {
    partnerId: wireId('prt', row.child_id),
    parentId: row.parent_id === null ? null : wireId('prt', row.parent_id),
    effectiveFrom: Number.isFinite(row.effective_from) ? formatInstant(row.effective_from) : null,
  };
}

/** A version of a parent with how it came about. */
export function wireMove(row: {
  readonly id: string;
  readonly child_id: string;
  readonly parent_id: string | null;
  readonly effective_from: Instant;
  readonly until: Instant | null;
  readonly reason: string | null;
  readonly recorded_at: Instant;
  readonly recorded_by: string;
  readonly facts_version: number;
  readonly in_force: boolean;
  readonly retracted_at: Instant | null;
  readonly retracted_by: string | null;
  readonly retraction_reason: string | null;
}) {
  return {
    id: wireId('mov', row.id),
    ...wireEdge(row),
    until: row.until === null ? null : formatInstant(row.until),
    reason: row.reason,
    recordedAt: formatInstant(row.recorded_at),
    recordedBy: row.recorded_by,
    factsVersion: row.facts_version,
    inForce: row.in_force,
    retraction:
      row.retracted_at === null
        ? null
        : {
            at: formatInstant(row.retracted_at),
            by: row.retracted_by ?? '',
            reason: row.retraction_reason ?? '',
          },
  };
}

/** A node of the tree on the wire. */
export interface WireTreeNode {
  id: string;
  name: string;
  status: 'active' | 'suspended';
  children: WireTreeNode[];
}

/** Flat rows as a tree below the given partner; rows keep their order among siblings. Undefined when the root is not among them. */
export function treeOf(
  rows: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: 'active' | 'suspended';
    readonly parent_id: string | null;
  }[],
  rootId: string,
): WireTreeNode | undefined {
  const nodes = new Map(
    rows.map((row): [string, WireTreeNode] => [
      row.id,
      { id: wireId('prt', row.id), name: row.name, status: row.status, children: [] },
    ]),
  );
  for (const row of rows) {
    const node = nodes.get(row.id);
    if (row.id !== rootId && row.parent_id !== null && node !== undefined)
      nodes.get(row.parent_id)?.children.push(node);
  }
  return nodes.get(rootId);
}

/** What a partner has now, with amounts as people write them. */
export function wireFigures(row: {
  readonly customers: number;
  readonly subPartners: number;
  readonly balances: readonly {
    readonly currency: string;
    readonly accrued: string;
    readonly approved: string;
  }[];
}) {
  const money = (minor: string, currency: string) => ({
    amount: formatMoney({ amountMinor: BigInt(minor), currency }),
    currency,
  });
  return {
    customers: row.customers,
    subPartners: row.subPartners,
    balances: row.balances.map(({ currency, accrued, approved }) => ({
      currency,
      accrued: money(accrued, currency),
      approved: money(approved, currency),
    })),
  };
}
