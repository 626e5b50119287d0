import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem } from './client.ts';

/**
 * The cache of everything read from the server. `onSignedOut` is called when an answer says that the session has ended,
 * so that the console can ask for the password again without losing the address.
 */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown): void => {
    if (isProblem(error) && error.status === 401) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => (query.meta?.['mayBeSignedOut'] === true ? undefined : onError(error)),
    }),
    mutationCache: new MutationCache({
      onError: (error, _values, _context, mutation) =>
        mutation.meta?.['mayBeSignedOut'] === true ? undefined : onError(error),
    }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: shouldRetry, refetchOnWindowFocus: true, throwOnError: false },
      mutations: { retry: false },
    },
  });
}

/** Only what may pass by itself is tried again: no answer, or a fault of the server. */
export function shouldRetry(failures: number, error: unknown): boolean {
  return failures < 3 && isProblem(error) && (error.status === 0 || error.status >= 500);
}
