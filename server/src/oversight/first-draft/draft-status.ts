// Whether the money of a row is there: from a field that says it, or from a kind that says both ("deposit.failed").
import { guessMeaning } from '../../pipeline/mapping/index.ts';
import type { Sureness } from './facts.ts';
import { guessKind, isMoneyKind } from './kinds.ts';
import type { Role } from './roles.ts';
import type { SampleField } from './sample-fields.ts';

type Roles = ReadonlyMap<Role, readonly SampleField[]>;
type Say = (at: string, sure: Sureness, says: string) => void;

const AT = '$.rules[0].event.status';

/** Undefined where the sample says nothing about it: then every row counts. */
export function draftStatus(roles: Roles, say: Say): object | undefined {
  const kind = roles.get('kind')?.[0];
  const field = roles.get('status')?.find((one) => one !== kind);
  if (field !== undefined) return ofField(field, say);
  const codes = kind === undefined ? [] : [...new Set(kind.values.values())];
  const map = Object.fromEntries(
    codes.flatMap((code) => {
      const means = guessKind(code);
      if (means === undefined) return [];
      return [[code, isMoneyKind(means) ? (wordOf(code) ?? 'approved') : 'approved']];
    }),
  );
  if (kind === undefined || Object.values(map).every((status) => status === 'approved')) {
    say(
      '$.rules[0].event.amount',
      'guess',
      'no field of the sample says whether the money is there, so every row counts',
    );
    return undefined;
  }
  say(AT, 'guess', 'the kind says it too: only approved money counts');
  return { path: kind.path, fold: true, map };
}

function ofField(field: SampleField, say: Say): object {
  const codes = [...new Set(field.values.values())];
  const map = Object.fromEntries(
    codes.flatMap((code) => {
      const status = wordOf(code);
      return status === undefined ? [] : [[code, status]];
    }),
  );
  const unread = codes.filter((code) => map[code] === undefined);
  say(
    AT,
    'guess',
    'by the words of the statuses in the sample; one that stands in no line here is quarantined (unknown_status) until you add it',
  );
  if (unread.length > 0)
    say(
      `${AT}.map`,
      'missing',
      `what these mean is not known: ${unread.slice(0, 10).join(', ')}. Write each as approved, pending or declined`,
    );
  return {
    path: field.path,
    fold: true,
    map: Object.keys(map).length === 0 ? { approved: 'approved' } : map,
  };
}

function wordOf(code: string): string | undefined {
  const guess = guessMeaning(code, {}, 'status');
  return guess?.by === 'words' ? guess.meaning : undefined;
}
