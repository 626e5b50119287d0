/**
 * A text as the database can keep it: no NUL and no half of a surrogate pair, each of which becomes U+FFFD. For names and
 * sentences that people read; evidence is kept as bytes.
 */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
