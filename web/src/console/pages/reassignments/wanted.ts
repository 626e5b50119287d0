/** What the form says, as it is typed. */
export interface Wanted {
  readonly way: 'hand' | 'file' | 'partner';
  /** One a line. */
  readonly customers: string;
  readonly csv: string;
  readonly ofPartner: string;
  /** prt_..., `organic`, or nothing. */
  readonly partner: string;
  readonly from: string;
  readonly reason: string;
  readonly skipBad: boolean;
}

/** What is still missing, in words; undefined when it can be looked at. The server judges the rest. */
export function readWanted(wanted: Wanted): string | undefined {
  if (wanted.way === 'hand' && linesOf(wanted.customers).length === 0) return 'Name a customer.';
  if (wanted.way === 'file' && wanted.csv.trim() === '') return 'Choose a file.';
  if (wanted.way === 'partner' && wanted.ofPartner === '') return 'Name the partner whose customers go.';
  // The rows of a file may name their partners themselves.
  if (wanted.way !== 'file' && wanted.partner === '') return 'Choose to whom.';
  if (wanted.from.trim() !== '' && Number.isNaN(Date.parse(wanted.from.trim())))
    return 'From is no instant: write one such as 2026-03-01T00:00:00Z.';
  return wanted.reason.trim() === '' ? 'Say why.' : undefined;
}

/** The request for it, but for the program. */
export function bodyOf(wanted: Wanted): object {
  const from = wanted.from.trim();
  return {
    ...(wanted.way === 'hand'
      ? { rows: linesOf(wanted.customers).map((customer) => ({ customer })) }
      : wanted.way === 'file'
        ? { csv: wanted.csv }
        : { ofPartner: wanted.ofPartner }),
    ...(wanted.partner === '' ? {} : { partner: wanted.partner === 'organic' ? null : wanted.partner }),
    ...(from === '' ? {} : { effectiveFrom: new Date(from).toISOString() }),
    reason: wanted.reason.trim(),
    skipBad: wanted.skipBad,
  };
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
