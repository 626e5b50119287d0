/** The filters that an address sets; what is empty or not one of the names is left out. */
export function pickFilters<Name extends string>(
  search: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const picked: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = search[name];
    if (typeof value === 'string' && value.trim() !== '') picked[name] = value.trim();
  }
  return picked;
}

/** The query of the address with one filter set, or left out when it is empty. Everything else in it stays. */
export function withFilter(query: string, name: string, value: string): string {
  const values = new URLSearchParams(query);
  if (value.trim() === '') values.delete(name);
  else values.set(name, value.trim());
  const text = values.toString();
  return text === '' ? '' : `?${text}`;
}
