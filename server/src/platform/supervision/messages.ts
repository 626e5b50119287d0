/** What a child tells its supervisor. `problem` ends the start with that sentence and no retry. */
export type ChildMessage =
  | { readonly kind: 'ready'; readonly address?: string }
  | { readonly kind: 'problem'; readonly sentence: string };

/** What the supervisor tells a child: finish what was begun and end. */
export interface StopMessage {
  readonly kind: 'stop';
}

/**
 * What the processes of one group say to each other through their supervisor: one asks, the others are asked and have
 * answered, and the one gets the answers.
 */
export type SiblingMessage =
  | { readonly kind: 'ask'; readonly id: number; readonly topic: string; readonly question: unknown }
  | { readonly kind: 'asked'; readonly id: number; readonly topic: string; readonly question: unknown }
  | { readonly kind: 'answered'; readonly id: number; readonly answer?: unknown }
  | { readonly kind: 'answers'; readonly id: number; readonly answers: readonly unknown[] };

export function isChildMessage(value: unknown): value is ChildMessage {
  const kind = kindOf(value);
  return kind === 'ready' || kind === 'problem';
}

export function isStopMessage(value: unknown): value is StopMessage {
  return kindOf(value) === 'stop';
}

export function isSiblingMessage(value: unknown): value is SiblingMessage {
  const kind = kindOf(value);
  return kind === 'ask' || kind === 'asked' || kind === 'answered' || kind === 'answers';
}

function kindOf(value: unknown): unknown {
  return (value as { kind?: unknown } | null)?.kind;
}
