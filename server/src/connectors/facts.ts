/** A feed that a source of this system usually has: what the operator would create, or point the system at. */
export interface PresetFeed {
  /** Name of the feed; mappings choose their rules by it (`feeds` of the language). */
  readonly name: string;
  readonly kind: 'webhook' | 'file' | 'folder' | 'sftp' | 'poll' | 'postback';
  /** Verification document of the feed without secrets; absent where the operator's own system delivers. */
  readonly verification?: Readonly<Record<string, unknown>>;
  /** What comes over it, in one sentence. */
  readonly note: string;
}

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
  /** How its senders expect a postback to be answered, where that is more than `reply` says: a reply contract of a feed (contract feeds.ts). Copied into the feed `postback` of a new source. */
  readonly replyContract?: Readonly<Record<string, unknown>>;
  /** Feeds to suggest for a new source of this system. */
  readonly feeds?: readonly PresetFeed[];
  /** Path of the page about this preset, inside the repository. */
  readonly docs?: string;
}
