// Is it new, the same again, or a revision? Pure: rules.md 1.6 and "Revisions at the door" in section 5.

/** What is kept of an event for judging what comes again. Hashes are SHA-256 of comparable content, in hex. */
export interface EventState {
  readonly hash: string;
  /** Hashes of all other revisions that were ever told. */
  readonly pastHashes: readonly string[];
  /** By the mapping's revisionOrder, bytewise comparable; null = by arrival. */
  readonly order: string | null;
}

export interface Incoming {
  readonly hash: string;
  readonly order: string | null;
}

export type Verdict =
  /** Told before. `order`: the effective content was told again as a later revision, and now stands as of that one. */
  | { readonly kind: 'duplicate'; readonly reverts: boolean; readonly order?: string }
  | { readonly kind: 'revised'; readonly effective: boolean };

/**
 * Judges content that came under the key of a known event.
 * The effective content again is a duplicate. With an order, the greater revision is effective, and an older one is kept
 * without effect; an older one that is known already is a duplicate. Without an order, or at the same place in it, what
 * arrives later is effective, but content of an earlier revision never comes back (`reverts`): it is a late copy.
 */
export function classifyRevision(state: EventState, incoming: Incoming): Verdict {
  const position = compareOrders(incoming.order, state.order);
  if (incoming.hash === state.hash) {
    return position > 0 && incoming.order !== null
      ? { kind: 'duplicate', reverts: false, order: incoming.order }
      : { kind: 'duplicate', reverts: false };
  }
  const known = state.pastHashes.includes(incoming.hash);
  if (position > 0) return { kind: 'revised', effective: true };
  if (known) return { kind: 'duplicate', reverts: position === 0 };
  return { kind: 'revised', effective: position === 0 };
}

/** The state after a verdict. */
export function applyVerdict(state: EventState, incoming: Incoming, verdict: Verdict): EventState {
  if (verdict.kind === 'duplicate')
    return verdict.order === undefined ? state : { ...state, order: verdict.order };
  const other = verdict.effective ? state.hash : incoming.hash;
  const pastHashes = state.pastHashes.includes(other) ? state.pastHashes : [...state.pastHashes, other];
  return verdict.effective
    ? { hash: incoming.hash, pastHashes: pastHashes, order: incoming.order }
    : { ...state, pastHashes };
}

/** Positive when `a` is the later revision; an order beats none, for a mapping that began to give one knows more. */
export function compareOrders(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
}
