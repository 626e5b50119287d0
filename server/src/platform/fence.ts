/**
 * The written list of who may read over all lanes at once (design.md 5, point 2), each with its reason.
 * Everything else opens its lanes by name. A reader on this list runs in a read-only transaction, so the
 * list can never become a way of writing into a lane without holding it.
 */
export const FENCE_EXEMPTIONS = {
  views: 'lists and reports for people read over all lanes; they say as of which positions they were read',
  conservation: 'counts every received item and every event by row state (rules.md 3.9)',
  verify: 'compares the rebuilt books with the kept ones, lane after lane, and names the first difference',
  ledger_check: 'proves that journal, balances and keys agree in every lane',
  reread:
    'walks the stored deliveries of a source in the order of arrival, to read them again by another mapping',
  recovery: 'looks for lanes whose work is due but whose holder is gone',
} as const satisfies Record<string, string>;

/** The name of an entry of the written list. */
export type FenceExemption = keyof typeof FENCE_EXEMPTIONS;

/** Who may write into more lanes at once than `lanesPerTransaction`: the group commit of intake, whose lanes have many writers anyway. */
export type SpanPermission = 'intake_group_commit';

/** The setting that the fence reads. It is set in the same message that begins the transaction. */
export const LANES_SETTING = 'app.lanes';

/** The role under which every transaction runs; it owns nothing, so grants and the fence bind it. */
export const APP_ROLE = 'plumbline_app';

/**
 * What the setting says when no lane is open. It is no array literal on purpose: where the fence is up,
 * touching a lane table then fails with these words instead of quietly finding nothing.
 */
export const NO_LANES = 'no lane is open';

/** What the setting says when all lanes are open for reading. */
export const ALL_LANES = '*';

/**
 * The row condition of the fence. `nullif` keeps the planner from casting the star to an array while it
 * estimates, which would fail although the left side already answered.
 */
export const FENCE_CONDITION =
  `current_setting('${LANES_SETTING}') = '${ALL_LANES}'` +
  ` or lane = any(nullif(current_setting('${LANES_SETTING}'), '${ALL_LANES}')::int[])`;

/**
 * Tables that rows are copied into, which PostgreSQL refuses where row security is on: where the fence is up, a trigger with the same
 * condition watches what is written into them, and nothing hides what is read.
 */
export const COPIED_TABLES: readonly string[] = ['click'];
