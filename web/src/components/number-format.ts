const WHOLE = new Intl.NumberFormat('en-US');

/** 1234567 as 1,234,567. */
export function wholeNumber(value: number): string {
  return WHOLE.format(value);
}

/** 1234567 as 1.23 M; below ten thousand every digit is shown. */
export function shortNumber(value: number): string {
  if (Math.abs(value) < 10_000) return WHOLE.format(value);
  for (const [unit, size] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (Math.abs(value) >= size) return `${(value / size).toPrecision(3)} ${unit}`;
  }
  return WHOLE.format(value);
}

/** An exact decimal with its thousands grouped; every digit stays, as no number of the language ever holds it. */
export function groupedDecimal(amount: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(amount) ?? [];
  if (whole === '') return amount;
  return `${sign === '-' ? '−' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`;
}

/** A size in bytes: 812 B, 12.4 kB, 3.1 MB. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
