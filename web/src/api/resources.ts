import type {
  commissionExplanationReply,
  customerDetailReply,
  dealDescriptionReply,
  dealReply,
  eventExplanationReply,
  identifierReply,
  linkReply,
  partnerBalanceReply,
  partnerDetailReply,
  partnerFiguresReply,
  treeReply,
} from '@plumbline/contract';
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { UseInfiniteQueryResult, UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { callApi } from './client.ts';
import type { ProblemError, QueryValues } from './client.ts';
import type {
  Commission,
  Customer,
  Delivery,
  DeliveryDetail,
  Journey,
  Page,
  Parked,
  Partner,
  Program,
  QuarantineItem,
  Source,
  StoredEvent,
  StoredEventDetail,
  Wire,
} from './types.ts';

// One hook per resource. A page asks a hook; only this folder knows addresses.

const PAGE_SIZE = 50;

/** How it stands with a list. */
export interface ListState {
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly isError: boolean;
  readonly isSuccess: boolean;
  readonly error: ProblemError | null;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly refetch: () => Promise<unknown>;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** A list that comes whole: what is asked once, as a table takes it. */
export function wholeList<T>(
  query: UseQueryResult<unknown, ProblemError>,
  rows: readonly T[] | undefined,
): RowList<T> {
  const { isPending, isFetching, isError, isSuccess, error, refetch } = query;
  const none = { hasNextPage: false, isFetchingNextPage: false, fetchNextPage: () => Promise.resolve() };
  return { rows: rows ?? [], query: { isPending, isFetching, isError, isSuccess, error, refetch, ...none } };
}

/** A list as the pages have it: all rows loaded so far, and how to load more. */
export interface RowList<T> {
  readonly rows: readonly T[];
  readonly query: ListState;
}

/** A list read page by page. `live`: the first page is read again every few seconds while nobody has asked for more. */
export function useRows<T>(
  path: string,
  query: QueryValues,
  options: { live?: boolean; enabled?: boolean } = {},
): RowList<T> {
  const result = useInfiniteQuery({
    queryKey: ['list', path, query],
    queryFn: ({ pageParam, signal }) =>
      callApi<Page<T>>('GET', path, {
        query: { limit: PAGE_SIZE, ...query, cursor: pageParam ?? undefined },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    refetchInterval: ({ state }) =>
      options.live === true && (state.data?.pages.length ?? 0) <= 1 ? 4_000 : false,
  });
  return {
    rows: result.data?.pages.flatMap((page) => page.items) ?? [],
    query: result as UseInfiniteQueryResult<unknown, ProblemError>,
  };
}

/** One thing by its address. Pass null to ask nothing yet. */
export function useOne<T>(
  path: string | null,
  options: { query?: QueryValues; staleTime?: number } = {},
): UseQueryResult<T, ProblemError> {
  return useQuery<T, ProblemError>({
    queryKey: ['one', path, options.query ?? {}],
    queryFn: ({ signal }) =>
      callApi<T>('GET', path ?? '', {
        ...(options.query === undefined ? {} : { query: options.query }),
        signal,
      }),
    enabled: path !== null,
    ...(options.staleTime === undefined ? {} : { staleTime: options.staleTime }),
  });
}

export const usePrograms = (): UseQueryResult<Page<Program>, ProblemError> =>
  useOne<Page<Program>>('/v1/programs', { staleTime: 30_000 });

/** All sources of the installation; a list short enough for one page of the largest size. */
export const useSources = (programId?: string): UseQueryResult<Page<Source>, ProblemError> =>
  useOne<Page<Source>>('/v1/sources', { query: { limit: 200, programId }, staleTime: 30_000 });

export const useDeliveries = (query: QueryValues, live: boolean): RowList<Delivery> =>
  useRows<Delivery>('/v1/deliveries', query, { live });
export const useDelivery = (id: string | null): UseQueryResult<DeliveryDetail, ProblemError> =>
  useOne<DeliveryDetail>(id === null ? null : `/v1/deliveries/${id}`, { staleTime: Infinity });

export const useEvents = (query: QueryValues, live: boolean): RowList<StoredEvent> =>
  useRows<StoredEvent>('/v1/events', query, { live });
export const useEvent = (id: string | null): UseQueryResult<StoredEventDetail, ProblemError> =>
  useOne(id === null ? null : `/v1/events/${id}`);
export const useEventExplanation = (
  id: string | null,
): UseQueryResult<Wire<typeof eventExplanationReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/events/${id}/explain`);

export const useQuarantine = (query: QueryValues): RowList<QuarantineItem> =>
  useRows<QuarantineItem>('/v1/quarantine', query);

/** Identifiers that belong to nobody yet, with how many events wait for each. */
export const useParked = (query: QueryValues): RowList<Parked> => useRows<Parked>('/v1/parked', query);

export const useCustomers = (query: QueryValues, enabled = true): RowList<Customer> =>
  useRows<Customer>('/v1/customers', query, { enabled });
export const useCustomer = (
  id: string | null,
): UseQueryResult<Wire<typeof customerDetailReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/customers/${id}`);

export const useJourney = (id: string | null): UseQueryResult<Journey, ProblemError> =>
  useOne(id === null ? null : `/v1/customers/${id}/journey`);

export const usePartners = (query: QueryValues): RowList<Partner> => useRows<Partner>('/v1/partners', query);
export const usePartner = (
  id: string | null,
): UseQueryResult<Wire<typeof partnerDetailReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/partners/${id}`);
export const usePartnerTree = (id: string | null): UseQueryResult<Wire<typeof treeReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/partners/${id}/tree`);
/** Of the last twelve months. */
export const usePartnerFigures = (
  id: string | null,
): UseQueryResult<Wire<typeof partnerFiguresReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/partners/${id}/figures?by=month`);
export const usePartnerBalance = (
  id: string | null,
): UseQueryResult<Wire<typeof partnerBalanceReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/partners/${id}/balance`);
/** Versions of deals: those of one partner, or with a program only those of all its partners and its default. */
export const useDeals = (
  query: QueryValues | null,
): UseQueryResult<Page<Wire<typeof dealReply>>, ProblemError> =>
  useOne(query === null ? null : '/v1/deals', { query: { limit: 200, ...query } });
export const useLinks = (partnerId: string): UseQueryResult<Page<Wire<typeof linkReply>>, ProblemError> =>
  useOne('/v1/links', { query: { limit: 200, partnerId } });
export const useDealDescription = (
  id: string | null,
): UseQueryResult<Wire<typeof dealDescriptionReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/deals/${id}/description`);

export const useCommissions = (query: QueryValues, live: boolean): RowList<Commission> =>
  useRows<Commission>('/v1/commissions', query, { live });
export const useCommission = (id: string | null): UseQueryResult<Commission, ProblemError> =>
  useOne(id === null ? null : `/v1/commissions/${id}`);
export const useCommissionExplanation = (
  id: string | null,
): UseQueryResult<Wire<typeof commissionExplanationReply>, ProblemError> =>
  useOne(id === null ? null : `/v1/commissions/${id}/explain`);

export interface ReasonWords {
  readonly code: string;
  readonly group: string;
  readonly operator: string;
}

/** The sentence of every reason code; they change only with the program's version. */
export function useReasons(): ReadonlyMap<string, ReasonWords> {
  const { data } = useQuery({
    queryKey: ['reasons'],
    queryFn: ({ signal }) => callApi<{ items: ReasonWords[] }>('GET', '/v1/reasons', { signal }),
    staleTime: Infinity,
    select: mapOfReasons,
  });
  return data ?? NO_REASONS;
}
const NO_REASONS: ReadonlyMap<string, ReasonWords> = new Map();
const mapOfReasons = (page: { items: ReasonWords[] }): ReadonlyMap<string, ReasonWords> =>
  new Map(page.items.map((item) => [item.code, item]));

export interface LinkRequest {
  readonly programId: string;
  readonly namespace: string;
  readonly value: string;
  readonly customerId: string;
}

/** Says that an identifier belongs to a customer. Everything on screen that this may change is read again. */
export function useLinkIdentifier(): UseMutationResult<
  Wire<typeof identifierReply>,
  ProblemError,
  LinkRequest
> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: LinkRequest) =>
      callApi<Wire<typeof identifierReply>>('POST', '/v1/identifiers', { body }),
    onSuccess: () => client.invalidateQueries(),
  });
}
