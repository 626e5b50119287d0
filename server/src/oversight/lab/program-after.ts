import type { ProgramSnapshot } from '../../registry/facts.ts';
import type { LabDraft } from './facts.ts';

/**
 * The program as it would be under a draft. A deal takes the place of every version of its owner from its instant on; a move holds until the
 * next version of the parent. Pure.
 */
export function programUnder(
  program: ProgramSnapshot,
  { deal, move }: LabDraft,
  draftId: string,
): ProgramSnapshot {
  const withDeal = deal === null ? program : { ...program, ...dealsUnder(program, deal, draftId) };
  if (move === null) return withDeal;
  const { partnerId, parentId, from } = move;
  const edges = new Map(withDeal.edges);
  const others = (edges.get(partnerId) ?? []).filter((edge) => edge.effectiveFrom !== from);
  edges.set(
    partnerId,
    [...others, { parentId, effectiveFrom: from }].toSorted((a, b) =>
      a.effectiveFrom < b.effectiveFrom ? -1 : 1,
    ),
  );
  return { ...withDeal, edges };
}

function dealsUnder(
  program: ProgramSnapshot,
  { partnerId, from, document }: NonNullable<LabDraft['deal']>,
  draftId: string,
): Pick<ProgramSnapshot, 'defaultDeals' | 'dealsOf'> {
  const versions = partnerId === null ? program.defaultDeals : (program.dealsOf.get(partnerId) ?? []);
  const before = versions.filter((one) => one.effectiveFrom < from);
  const version = 1 + Math.max(0, ...versions.map((one) => one.version));
  const after = [...before, { id: draftId, partnerId, version, effectiveFrom: from, document }];
  if (partnerId === null) return { defaultDeals: after, dealsOf: program.dealsOf };
  return { defaultDeals: program.defaultDeals, dealsOf: new Map(program.dealsOf).set(partnerId, after) };
}
