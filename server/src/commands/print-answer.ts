/** How an answer is printed. */
export interface PrintOptions {
  readonly json?: boolean;
}

/**
 * Prints an answer of the API: as JSON for programs, else one line a field for people; of a list, one line an item.
 * Nested documents are printed as JSON, because a half-shown deal would mislead.
 */
export function printAnswer(answer: unknown, options: PrintOptions): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(answer, null, 2) : textOf(answer)}\n`);
}

/** Prints a list with the columns that a person needs, or all of it as JSON. */
export function printList(answer: unknown, columns: readonly string[], options: PrintOptions): void {
  if (options.json === true) return printAnswer(answer, options);
  const { items } = answer as { items: readonly Readonly<Record<string, unknown>>[] };
  const lines = items.map((item) => columns.map((column) => valueOf(item[column])).join('  '));
  process.stdout.write(`${lines.length === 0 ? 'none' : lines.join('\n')}\n`);
}

function textOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return String(answer);
  const items = (answer as { items?: unknown }).items;
  if (Array.isArray(items)) return items.length === 0 ? 'none' : items.map(lineOf).join('\n');
  const fields = Object.entries(answer);
  const width = Math.max(...fields.map(([name]) => name.length));
  return fields.map(([name, value]) => `${name.padEnd(width)}  ${valueOf(value)}`).join('\n');
}

function lineOf(item: unknown): string {
  return Object.values(item as object)
    .filter((value) => typeof value !== 'object' || value === null)
    .map(valueOf)
    .join('  ');
}

function valueOf(value: unknown): string {
  if (value === null || value === undefined) return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
