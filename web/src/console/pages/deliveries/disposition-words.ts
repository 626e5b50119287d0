// What a disposition means when there is no reason code to say it.
const WORDS: Readonly<Record<string, string>> = {
  accepted: 'It was new, and went on its way.',
  revised: 'It told other content of a known event; the difference was booked.',
  duplicate: 'It was told before; nothing was counted twice.',
  ignored: 'The mapping knows it and does not want it.',
  parked: 'It waits for its customer and goes on by itself.',
  quarantined: 'It could not be read, and is kept for a repair.',
  refused: 'It could not be taken.',
};

export function wordsOfDisposition(disposition: string): string {
  return WORDS[disposition] ?? disposition;
}
