/** How sure a part of a first draft is. `found`: read off names and values; `guess`: a person must look; `missing`: a person must say it. */
export type Sureness = 'found' | 'guess' | 'missing';

/** One remark about a part of a draft. */
export interface DraftNote {
  /** Place in the draft, as problems of mappings name it: `$.rules[0].event.amount`. */
  readonly at: string;
  readonly sure: Sureness;
  readonly says: string;
}

/** A mapping that nobody has looked at yet. */
export interface FirstDraft {
  readonly document: Readonly<Record<string, unknown>>;
  readonly notes: readonly DraftNote[];
}
