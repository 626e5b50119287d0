export interface Difference {
  /** Where in the content, such as `execution.lots` or `identifiers[0].value`. */
  readonly path: string;
  /** undefined: it was not there before. */
  readonly before: unknown;
  /** undefined: it is not there any more. */
  readonly after: unknown;
}

/** What changed from one JSON value to another, leaf by leaf, in the order of the later one. */
export function differencesOf(before: unknown, after: unknown, path = ''): Difference[] {
  if (isTree(before) && isTree(after) && Array.isArray(before) === Array.isArray(after)) {
    const names = [...new Set([...Object.keys(after), ...Object.keys(before)])];
    return names.flatMap((name) =>
      differencesOf(before[name], after[name], placeOf(path, name, Array.isArray(after))),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function placeOf(path: string, name: string, isList: boolean): string {
  if (isList) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}
