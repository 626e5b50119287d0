/** A named connector as data: what a new source starts from. */
export interface Preset {
  readonly name: string;
  readonly title: string;
  /** Mapping document, language version 1 (pipeline/mapping). Copied into version 1 of a new source's mapping. */
  readonly document: object;
  /** Whether a registration from such a source creates customers unless the operator says otherwise (rules.md 2.15). */
  readonly registrar: boolean;
  /** How its senders expect to be answered (semantics.md 11.5). */
  readonly reply: 'strict' | 'legacy';
}
