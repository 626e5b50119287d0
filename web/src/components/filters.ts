import { useRouter, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { pickFilters, withFilter } from './filter-address.ts';

export interface Filters<Name extends string> {
  readonly values: Readonly<Partial<Record<Name, string>>>;
  readonly set: (name: Name, value: string) => void;
  readonly clear: () => void;
  readonly isFiltered: boolean;
}

/** The filters of a page. They stand in the address, so that going back, reloading and sending a link all keep them. */
export function useFilters<Name extends string>(names: readonly Name[]): Filters<Name> {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const { history } = useRouter();
  const values = pickFilters(search, names);
  const set = useCallback(
    (name: Name, value: string) =>
      history.replace(
        `${globalThis.location.pathname}${withFilter(globalThis.location.search, name, value)}`,
      ),
    [history],
  );
  const clear = (): void => {
    let text = globalThis.location.search;
    for (const name of names) text = withFilter(text, name, '');
    history.replace(`${globalThis.location.pathname}${text}`);
  };
  return { values, set, clear, isFiltered: Object.keys(values).length > 0 };
}
