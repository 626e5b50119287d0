import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import { callApi, isProblem } from './client.ts';
import type { ProblemError } from './client.ts';
import type { Session } from './types.ts';

/** Who is signed in; null when nobody is. Throws ProblemError for anything else. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await callApi<Session>('GET', '/v1/session', { signal });
    } catch (error) {
      if (isProblem(error) && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
  meta: { mayBeSignedOut: true },
});

/** Whether the session may do what a scope names. */
export function mayDo(session: Session | null, scope: string): boolean {
  return session !== null && session.scopes.some((given) => given === '*' || given === scope);
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export function useSignIn(): UseMutationResult<Session, ProblemError, Credentials> {
  return useSessionStart<Credentials>('/v1/session');
}

export interface FirstAdmin extends Credentials {
  readonly token: string;
  readonly name: string;
}

/** Makes the first admin by the one-time link that `npm start` printed. */
export function useFirstAdmin(): UseMutationResult<Session, ProblemError, FirstAdmin> {
  return useSessionStart<FirstAdmin>('/v1/session/first');
}

function useSessionStart<Body>(path: string): UseMutationResult<Session, ProblemError, Body> {
  const client = useQueryClient();
  return useMutation({
    meta: { mayBeSignedOut: true },
    mutationFn: async (body: Body) => {
      await callApi('POST', path, { body });
      return callApi<Session>('GET', '/v1/session');
    },
    onSuccess: (session) => client.setQueryData(sessionQuery.queryKey, session),
  });
}

export function useSignOut(): UseMutationResult<void, ProblemError, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => callApi<void>('DELETE', '/v1/session'),
    onSuccess: () => {
      client.clear();
      client.setQueryData(sessionQuery.queryKey, null);
    },
  });
}
