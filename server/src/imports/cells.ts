// Cells of one record, and a record of cells. Pure; for people's eyes (preview, errors file): the mapping reads files by itself.

/** Splits a record without its line end. A quote opens a cell only at its start; doubled inside, it stands for itself. */
export function splitCells(record: string, delimiter: string, quote: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    const cell = quote !== '' && record[at] === quote ? readQuoted(record, at, delimiter, quote) : undefined;
    if (cell !== undefined) {
      cells.push(cell.text);
      at = cell.end;
    } else {
      const next = record.indexOf(delimiter, at);
      cells.push(next < 0 ? record.slice(at) : record.slice(at, next));
      at = next < 0 ? record.length : next;
    }
    if (at >= record.length) return cells;
    at += delimiter.length;
    if (at === record.length) return [...cells, ''];
  }
}

/** Undefined when the quote never closes: the cell is then plain text. */
function readQuoted(
  record: string,
  from: number,
  delimiter: string,
  quote: string,
): { text: string; end: number } | undefined {
  let text = '';
  let at = from + 1;
  for (;;) {
    const close = record.indexOf(quote, at);
    if (close < 0) return undefined;
    text += record.slice(at, close);
    if (record[close + 1] !== quote) {
      const next = record.indexOf(delimiter, close + 1);
      const end = next < 0 ? record.length : next;
      return { text: text + record.slice(close + 1, end), end };
    }
    text += quote;
    at = close + 2;
  }
}

/** Writes a record that splitCells reads back, without a line end. */
export function joinCells(cells: readonly string[], delimiter: string, quote: string): string {
  return cells
    .map((cell) =>
      quote !== '' && (cell.includes(delimiter) || cell.includes(quote) || /[\r\n]/.test(cell))
        ? `${quote}${cell.replaceAll(quote, quote + quote)}${quote}`
        : cell,
    )
    .join(delimiter);
}
