import type { labRunDetailReply, labRunReply } from '@plumbline/contract';
import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { callApi } from './client.ts';
import type { ProblemError, QueryValues } from './client.ts';
import { useRows } from './resources.ts';
import type { RowList } from './resources.ts';
import type { Wire } from './types.ts';

export type LabRun = Wire<typeof labRunReply>;
export type LabRunDetail = Wire<typeof labRunDetailReply>;
export type LabResult = NonNullable<LabRunDetail['result']>;

export const useLabRuns = (query: QueryValues): RowList<LabRun> => useRows<LabRun>('/v1/lab-runs', query);

/** A run, read again while it goes. */
export function useLabRun(id: string): UseQueryResult<LabRunDetail, ProblemError> {
  return useQuery<LabRunDetail, ProblemError>({
    queryKey: ['one', 'lab-run', id],
    queryFn: ({ signal }) => callApi<LabRunDetail>('GET', `/v1/lab-runs/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? 500 : false),
  });
}
