/** A field's name as words: `holdUntil` is `Hold until`. */
export function wordsOf(name: string): string {
  const words = name
    .replaceAll('_', ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function isMoney(value: unknown): value is { amount: string; currency: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { amount, currency, ...rest } = value as Record<string, unknown>;
  return typeof amount === 'string' && typeof currency === 'string' && Object.keys(rest).length === 0;
}

/** Whether a text is an instant in UTC as the API writes it. */
export function isTime(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text);
}
