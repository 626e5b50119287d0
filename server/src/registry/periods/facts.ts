import type { Instant } from '../../kernel/instant.ts';

/** Until when a source has told everything, by its newest mark. */
export interface Mark {
  /** Slug of the source. */
  readonly source: string;
  readonly until: Instant;
}

/** What the marks say of one month. */
export interface Completeness {
  /** True where every source that gives marks has told everything of the month; undefined where no source gives any: nobody knows. */
  readonly complete: boolean | undefined;
  readonly sources: readonly (Mark & { readonly complete: boolean })[];
}
