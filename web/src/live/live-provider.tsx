import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { addressOf, callApi } from '../api/client.ts';
import type { ProblemError } from '../api/client.ts';
import type { RoadFigures } from '../api/types.ts';
import type { LiveStatus } from './freshness.ts';
import { openLiveSource } from './live-source.ts';

const LiveContext = createContext<LiveStatus>({ phase: 'connecting', lastAt: null });

/** Keeps the road's figures in the cache as the server tells them, for one program or for all. */
export function LiveProvider({
  programId,
  children,
}: {
  programId: string | undefined;
  children: ReactNode;
}) {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>({ phase: 'connecting', lastAt: null });
  useEffect(
    () =>
      openLiveSource(addressOf('/v1/live', { programId }), {
        onStatus: setStatus,
        onSnapshot: (snapshot) => client.setQueryData(roadKey(programId), snapshot),
      }),
    [client, programId],
  );
  return <LiveContext value={status}>{children}</LiveContext>;
}

/** Where the live connection stands. */
export function useLiveStatus(): LiveStatus {
  return useContext(LiveContext);
}

/** The road's figures: read once, then moved by the live connection. */
export function useRoad(programId: string | undefined): UseQueryResult<RoadFigures, ProblemError> {
  return useQuery<RoadFigures, ProblemError>({
    queryKey: roadKey(programId),
    queryFn: ({ signal }) => callApi<RoadFigures>('GET', '/v1/road', { query: { programId }, signal }),
    staleTime: 10_000,
  });
}

function roadKey(programId: string | undefined): readonly string[] {
  return ['road', programId ?? 'all'];
}
