/**
 * The part of a JSON value that a simple path names, such as `$.answer[2]` or `$.customer.id`; undefined when the path
 * is of another kind or leads nowhere.
 */
export function partAt(value: unknown, path: string): unknown {
  if (!/^\$(\.[A-Za-z_][\w-]*|\[\d+\])*$/.test(path)) return undefined;
  let part = value;
  for (const [, name, index] of path.matchAll(/\.([A-Za-z_][\w-]*)|\[(\d+)\]/g)) {
    const key = name ?? index ?? '';
    // A name never reaches into a list: its `length` is no part of the delivery.
    if (Array.isArray(part) !== (index !== undefined)) return undefined;
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, key)) return undefined;
    part = (part as Record<string, unknown>)[key];
  }
  return part;
}
