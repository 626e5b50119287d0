import { wireId } from '../../kernel/ids.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { LabResult, LabRunRow } from './facts.ts';

export function wireLabRun(row: Omit<LabRunRow, 'result' | 'draft'>) {
  return {
    id: wireId('lab', row.id),
    programId: wireId('prg', row.program_id),
    name: row.name,
    state: row.state,
    progress: { ...row.progress },
    error: row.error,
    createdAt: formatInstant(row.created_at),
    createdBy: row.created_by,
  };
}

export function wireLabRunDetail(row: LabRunRow) {
  const { deal, move } = row.draft;
  const partnerOf = (id: string | null): string | null => (id === null ? null : wireId('prt', id));
  return {
    ...wireLabRun(row),
    deal:
      deal === null
        ? null
        : {
            partnerId: partnerOf(deal.partnerId),
            effectiveFrom: deal.from,
            document: { ...deal.document } as Record<string, unknown>,
          },
    move:
      move === null
        ? null
        : {
            partnerId: wireId('prt', move.partnerId),
            parentId: partnerOf(move.parentId),
            effectiveFrom: move.from,
          },
    result: row.result === null ? null : wireResult(row.result),
  };
}

function wireResult(result: LabResult) {
  return {
    ...result,
    cost: { ...result.cost },
    revenue: { ...result.revenue },
    margin: { ...result.margin },
    partners: { ...result.partners },
    money: result.money.map((one) => ({
      ...one,
      partnerId: wireId('prt', one.partnerId),
      byComponent: { ...one.byComponent },
      worst: one.worst === null ? null : { ...one.worst },
    })),
    months: result.months.map((one) => ({ ...one })),
    dearest: result.dearest === null ? null : { ...result.dearest },
    notComputed: [...result.notComputed],
  };
}
