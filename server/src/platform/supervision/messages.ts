/** What a child tells its supervisor. `problem` ends the start with that sentence and no retry. */
export type ChildMessage =
  | { readonly kind: 'ready'; readonly address?: string }
  | { readonly kind: 'problem'; readonly sentence: string };

/** What the supervisor tells a child: finish what was begun and end. */
export interface StopMessage {
  readonly kind: 'stop';
}

export function isChildMessage(value: unknown): value is ChildMessage {
  const kind = (value as { kind?: unknown } | null)?.kind;
  return kind === 'ready' || kind === 'problem';
}

export function isStopMessage(value: unknown): value is StopMessage {
  return (value as { kind?: unknown } | null)?.kind === 'stop';
}
