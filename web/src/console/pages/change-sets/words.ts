import type { ChangeSet } from '../../../api/change-sets.ts';

/** What can be done with a set, by its state; the server decides. */
export type ChangeSetVerb = 'approve' | 'reject' | 'stop' | 'resume' | 'release' | 'undo';

export const VERBS: Readonly<Record<ChangeSet['state'], readonly ChangeSetVerb[]>> = {
  proposed: ['approve', 'reject'],
  running: ['stop'],
  done: ['release', 'undo'],
  stopped: ['resume', 'release', 'undo'],
  failed: ['resume', 'release', 'undo'],
  rejected: [],
  undone: ['release'],
};

export const VERB_NAMES: Readonly<Record<ChangeSetVerb, string>> = {
  approve: 'Approve and apply',
  reject: 'Reject',
  stop: 'Stop',
  resume: 'Go on',
  release: 'Release',
  undo: 'Undo',
};

/** What pressing it does. */
export const VERB_SAYS: Readonly<Record<ChangeSetVerb, string>> = {
  approve:
    'You agree, as the second person, that the change is applied. It begins at once, and what it moves is booked as differences.',
  reject: 'Nothing is applied. The change set stays in the list with your reason.',
  stop: 'What is applied stays. It can go on later, or be undone.',
  resume: 'The change goes on from where it stopped.',
  release:
    'What the change brought to partners is held for a review until now. From here on its hold day decides, as for everything else.',
  undo: 'The inverse change is proposed. Above the limit of the program a second person must agree to it too.',
};

const STATES: Readonly<Record<ChangeSet['state'], string>> = {
  proposed: 'waits for a second person',
  running: 'is being applied',
  done: 'applied',
  failed: 'failed',
  stopped: 'stopped',
  rejected: 'rejected',
  undone: 'undone',
};

export function sayState(state: ChangeSet['state']): string {
  return STATES[state];
}

/** What is changed, in a few words. */
export function sayWhat({ kind, source, version }: ChangeSet): string {
  return kind === 'remap' ? `Version ${version ?? '?'} of the mapping of ${source ?? '?'}` : KINDS[kind];
}

const KINDS: Readonly<Record<Exclude<ChangeSet['kind'], 'remap'>, string>> = {
  merge: 'Two customers become one',
  unmerge: 'A merge is taken back',
  reassignment: 'Customers given to other partners',
  move: 'A partner moved in the tree',
  opening: 'What an earlier system left is taken over',
  adjustment: 'An amount by hand',
  deal: 'Terms of what was decided already',
  rates: 'Exchange rates corrected',
};

export function sayMoves({ preview }: ChangeSet): string {
  if (preview === null) return 'not known';
  return preview.moves.amount === null
    ? 'not known: a rate is missing'
    : `${preview.moves.amount} ${preview.moves.currency}`;
}

/** Rows that a person put in: two have agreed to each, and nothing of them is held for a review. */
export function isByHand({ kind }: ChangeSet): boolean {
  return kind === 'opening' || kind === 'adjustment';
}
