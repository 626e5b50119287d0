import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { callApi } from './client.ts';
import type { SearchHits } from './types.ts';

export interface SearchHit {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly href: string;
}

type Hit = SearchHits['items'][number];

/** What the server finds for a few letters; nothing for fewer than two. */
export function useSearchHits(text: string): readonly SearchHit[] {
  const { data } = useQuery({
    queryKey: ['search', text],
    queryFn: ({ signal }) => callApi<SearchHits>('GET', '/v1/search', { query: { q: text }, signal }),
    enabled: text.length >= 2,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
  });
  if (text.length < 2) return [];
  return (data?.items ?? []).map((hit) => ({
    id: `${hit.kind}-${hit.id}`,
    label: hit.title,
    description: [hit.kind, hit.detail].filter((part) => part !== '').join(' · '),
    href: placeOf(hit),
  }));
}

function placeOf(hit: Hit): string {
  const id = encodeURIComponent(hit.id);
  switch (hit.kind) {
    case 'partner':
      return `/partners/${id}`;
    case 'customer':
      return `/customers/${id}`;
    case 'event':
      return `/events/${id}`;
    case 'delivery':
      return `/deliveries/${id}`;
    case 'commission':
      return `/commissions/${id}`;
    case 'program':
      return `/?program=${id}`;
    case 'source':
      return `/deliveries?source=${encodeURIComponent(hit.title)}`;
    case 'parked':
      return `/parked?q=${encodeURIComponent(hit.title)}`;
  }
}
