/** A month as 'YYYY-MM', moved by whole months. */
export function monthAfter(period: string, by: number): string {
  const [year = 0, month = 1] = period.split('-').map(Number);
  const count = year * 12 + (month - 1) + by;
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
}

/** Whether a text is a month. */
export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}
