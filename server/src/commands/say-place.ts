/** A file that was sent as text. */
export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/** Widest part of a line that is shown. */
const WIDTH = 100;

/** `file:line:column: what is wrong`, the line, and a mark under the place. Line and column are from 1. */
export function sayPlace(
  file: WrittenFile,
  place: { readonly line: number; readonly column: number; readonly path: string; readonly message: string },
): string {
  const { line, column, path, message } = place;
  const [problem = message, ...remedy] = message.split('; ');
  const what = `${file.name}:${line}:${column}: ${problem} (${path})`;
  const written = (file.text.split('\n')[line - 1] ?? '').replaceAll('\t', ' ').trimEnd();
  const from = Math.max(0, column - 1 - WIDTH / 2);
  const shown = written.slice(from, from + WIDTH);
  const mark = `${' '.repeat(Math.max(0, column - 1 - from))}^`;
  const todo = remedy.length === 0 ? [] : [`    ${remedy.join('; ')}`];
  return [what, ...(shown.trim() === '' ? [] : [`    ${shown}`, `    ${mark}`]), ...todo].join('\n');
}
