// The change of a mapping that answers what drifted. Pure; always made from the mapping in force, so that it can be applied.
import { guessStyleOfType } from './style-of-type.ts';
import {
  findSimilarName,
  knownFieldsPlace,
  listReadings,
  pointerOf,
  remedyOfRename,
  remedyOfUnseenCode,
} from '../../pipeline/mapping/index.ts';
import type { FieldReading, Remedy } from '../../pipeline/mapping/index.ts';
import { createKnownFields } from './judge.ts';
import { hasCode } from './observe.ts';
import type { Signal } from './facts.ts';

export interface Proposal extends Remedy {
  /** True when the mapping in force already knows it: nothing is left to do. */
  readonly isSettled: boolean;
}

/** What to change in a document for one signal. `others`: names of fields that nothing reads, for what was renamed. */
export function proposeChange(
  document: unknown,
  signal: Pick<Signal, 'kind' | 'path' | 'value' | 'samples'> & { readonly feed: string },
  others: readonly string[],
): Proposal {
  switch (signal.kind) {
    case 'new_field':
      return proposeKnownField(document, signal);
    case 'unseen_code':
      return proposeCode(document, signal);
    case 'missing_field':
      return proposeOtherName(document, signal, others);
    case 'retyped_field':
      return proposeFormat(document, signal);
  }
}

type Asked = Pick<Signal, 'kind' | 'path' | 'value' | 'samples'> & { readonly feed: string };

function proposeKnownField(document: unknown, { path, feed }: Asked): Proposal {
  if (createKnownFields(document, feed)(path)) return settled(`The mapping in force knows ${path}.`);
  const place = knownFieldsPlace(document, feed);
  return {
    words: `The field ${path} is new and nobody reads it. If nobody needs it, name it as known; else read it in a rule first.`,
    edits: [
      place.exists
        ? { op: 'add', path: `${pointerOf(place.at)}/-`, value: path }
        : { op: 'add', path: pointerOf(place.at), value: [path] },
    ],
    isGuess: false,
    isSettled: false,
  };
}

function proposeCode(document: unknown, signal: Asked): Proposal {
  const readings = readingsOf(document, signal).filter((one) => one.table !== undefined);
  const open = readings.filter((one) => one.table !== undefined && !hasCode(one.table, signal.value));
  const first = open[0];
  if (first === undefined) return settled(`The mapping in force has a meaning for "${signal.value}".`);
  const remedies = open.flatMap((reading) => remedyOfUnseenCode(reading, signal.value) ?? []);
  return {
    words: remedies[0]?.words ?? `Give "${signal.value}" a meaning in the table of ${first.role}.`,
    edits: remedies.flatMap((remedy) => remedy.edits),
    isGuess: remedies.some((remedy) => remedy.isGuess),
    isSettled: false,
  };
}

function proposeOtherName(document: unknown, signal: Asked, others: readonly string[]): Proposal {
  const reading = readingsOf(document, signal)[0];
  if (reading === undefined) {
    return {
      words: `${signal.path} came with nearly every row and does not any more. The mapping does not read it, so nothing has to change; the source may have changed on purpose.`,
      edits: [],
      isGuess: false,
      isSettled: false,
    };
  }
  const other = findSimilarName(reading, others, document);
  if (other !== undefined) return { ...remedyOfRename(reading, other), isSettled: false };
  return {
    words: `${signal.path}, which the mapping reads as ${reading.role}, came with nearly every row and does not any more. Ask the source; where it has another name now, add that name to the path.`,
    edits: [],
    isGuess: false,
    isSettled: false,
  };
}

function proposeFormat(document: unknown, signal: Asked): Proposal {
  const reading = readingsOf(document, signal)[0];
  const words = `${signal.path} now also comes as ${signal.value}`;
  if (reading === undefined)
    return { words: `${words}; the mapping does not read it.`, edits: [], isGuess: false, isSettled: false };
  const edit = guessStyleOfType(reading, signal.value);
  return {
    words: `${words}, and the mapping reads it as ${reading.role}. ${edit === undefined ? 'Look at a raw row, then correct how it is read.' : 'Add this form to how it is read.'}`,
    edits: edit === undefined ? [] : [edit],
    isGuess: true,
    isSettled: false,
  };
}

function readingsOf(document: unknown, { path, feed }: Asked): FieldReading[] {
  return listReadings(document).filter(
    (one) => one.type !== 'condition' && (one.feed === null || one.feed === feed) && one.paths.includes(path),
  );
}

function settled(words: string): Proposal {
  return { words, edits: [], isGuess: false, isSettled: true };
}
