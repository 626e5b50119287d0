import { findContradictions } from './contradictions.ts';
import { DOCUMENT } from './deal-document.ts';
import { DocumentReader } from './document-reader.ts';
import type { DealProblem } from './document-reader.ts';
import type { DealDocument } from './facts.ts';

export type ParsedDeal =
  | { readonly ok: true; readonly value: DealDocument }
  | {
      readonly ok: false;
      readonly reason: 'bad_deal';
      readonly detail: string;
      readonly problems: readonly DealProblem[];
    };

/**
 * Reads a deal document of whatever origin: refuses unknown keys, fills in every default, makes decimals canonical, refuses what
 * contradicts itself, and answers with every problem at once. Reading its own output gives the same document again.
 */
export function parseDeal(document: unknown): ParsedDeal {
  const reader = new DocumentReader();
  const value = DOCUMENT.read(reader, '$', document);
  if (reader.problems.length === 0)
    for (const { path, problem } of findContradictions(value)) reader.report(path, problem);
  if (reader.problems.length === 0) return { ok: true, value };
  const detail = reader.problems.map(({ path, problem }) => `${path} ${problem}`).join('; ');
  return { ok: false, reason: 'bad_deal', detail, problems: reader.problems };
}
