// What a mapping says that compiles and cannot be meant: told to whoever writes it, never refused.
import { STATUSES, KYC_STATUSES } from './facts.ts';
import { likenessOf } from './likely.ts';
import type { MappingProblem } from './language.ts';
import { listReadings } from './readings.ts';

const MEANINGS: Readonly<Record<string, readonly string[]>> = { status: STATUSES, kyc: KYC_STATUSES };

/** Meanings of `status` and `kyc` that are none, such as "approvd": their rows would be quarantined one by one. Never throws. */
export function listDoubts(document: unknown): MappingProblem[] {
  return listReadings(document).flatMap(({ role, table }) => {
    const meanings = MEANINGS[role];
    if (meanings === undefined || table === undefined) return [];
    return Object.entries(table.codes)
      .filter(([, meaning]) => !meanings.includes(meaning))
      .map(([code, meaning]) => ({
        path: `${table.at}.${code}`,
        problem: `"${meaning.slice(0, 60)}" is no meaning of ${role}, so rows with "${code.slice(0, 60)}" are quarantined`,
        remedy: remedyOf(meaning, meanings),
      }));
  });
}

function remedyOf(meaning: string, meanings: readonly string[]): string {
  const near = meanings.find((one) => likenessOf(meaning.toLowerCase(), one) >= 0.5);
  const all = `write ${meanings.slice(0, -1).join(', ')} or ${meanings.at(-1) ?? ''}`;
  return near === undefined ? all : `did you mean "${near}"? ${all}`;
}
