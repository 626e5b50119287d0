import type {
  conflictReply,
  customerAttributionReply,
  leadReply,
  missRateReply,
  reassignmentReply,
  reassignmentRowReply,
} from '@plumbline/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ProblemError, QueryValues } from './client.ts';
import { useOne, useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

// Who is who, whose is whom: conflicts, candidates, reassignments, leads.

export type Conflict = Wire<typeof conflictReply>;
export type CustomerAttribution = Wire<typeof customerAttributionReply>;
export type Lead = Wire<typeof leadReply>;
export type MissRate = Wire<typeof missRateReply>;
export type Reassignment = Wire<typeof reassignmentReply>;
export type ReassignmentRow = Wire<typeof reassignmentRowReply>;

export const useConflicts = (query: QueryValues): RowList<Conflict> =>
  useRows<Conflict>('/v1/conflicts', query, { live: true });
export const useCustomerAttribution = (id: string): UseQueryResult<CustomerAttribution, ProblemError> =>
  useOne<CustomerAttribution>(`/v1/customers/${id}/attribution`);
/** A lead has no id of its own: its customer's is one. */
export function useLeads(partnerId: string, query: QueryValues): RowList<Lead & { readonly id: string }> {
  const { rows, query: state } = useRows<Lead>(`/v1/partners/${partnerId}/leads`, query);
  return { rows: rows.map((lead) => ({ ...lead, id: lead.customerId })), query: state };
}
export const useMissRate = (source: string): UseQueryResult<MissRate, ProblemError> =>
  useOne<MissRate>(`/v1/sources/${source}/miss-rate`);
export const useReassignmentRows = (changeSetId: string, query: QueryValues): RowList<ReassignmentRow> =>
  useRows<ReassignmentRow>(`/v1/reassignments/${changeSetId}/rows`, query, { live: true });
