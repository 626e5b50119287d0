import type {
  periodPreview,
  programPeriods,
  settlementReply,
  statementItem,
  statementReply,
} from '@plumbline/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProblemError, QueryValues } from './client.ts';
import { useOne, useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Page, Wire } from './types.ts';

// Months: what they are worth, their closing, and what is told to partners about them.

export type Settlement = Wire<typeof settlementReply>;
export type ProgramPeriods = Wire<typeof programPeriods>;
export type PeriodPreview = Wire<typeof periodPreview>;
export type Statement = Wire<typeof statementReply>;
export type StatementItem = Wire<typeof statementItem>;

/** Of all partners of a program, newest month first. */
export const useSettlements = (query: QueryValues, enabled: boolean): RowList<Settlement> =>
  useRows<Settlement>('/v1/settlements', query, { enabled });
/** Of one partner, narrowed to a month and a component: a page of at most one. */
export const useSettlement = (
  partnerId: string,
  query: { readonly period: string; readonly component: string },
): UseQueryResult<Page<Settlement>, ProblemError> =>
  useOne(`/v1/partners/${partnerId}/settlements`, { query });
export const usePeriods = (programId: string | undefined): UseQueryResult<ProgramPeriods, ProblemError> =>
  useOne(programId === undefined ? null : `/v1/programs/${programId}/periods`);
export const usePeriod = (
  programId: string | undefined,
  period: string,
): UseQueryResult<PeriodPreview, ProblemError> =>
  useOne(programId === undefined ? null : `/v1/programs/${programId}/periods/${period}`);
export const useStatement = (
  partnerId: string | null,
  period: string,
): UseQueryResult<Statement, ProblemError> =>
  useOne(partnerId === null ? null : `/v1/partners/${partnerId}/statements/${period}`);
export const useStatementItems = (
  partnerId: string,
  period: string,
  query: QueryValues,
): RowList<StatementItem> =>
  useRows<StatementItem>(`/v1/partners/${partnerId}/statements/${period}/items`, query);

/** Where a statement is fetched as a file; the browser sends its own session. */
export function statementFile(
  partnerId: string,
  period: string,
  kind: 'json' | 'csv' | 'pdf',
): { readonly href: string; readonly name: string } {
  const path = `/v1/partners/${partnerId}/statements/${period}`;
  const ending = { json: '', csv: '/items.csv', pdf: '/statement.pdf' }[kind];
  return { href: `${path}${ending}`, name: `statement-${period}-${partnerId}.${kind}` };
}
