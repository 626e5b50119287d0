/**
 * The rules that the schema keeps so that it can be spread over machines by lane (design.md 5, points 1 to 3),
 * as pure functions over catalogue rows. `catalogue.views.ts` reads the rows; doctor and the tests ask.
 */

/** What a table says of itself in the first word of its comment. */
export type TableKind = 'lane' | 'reference' | 'local';

export interface CatalogueColumn {
  readonly name: string;
  /** As `format_type` writes it, for example `smallint`. */
  readonly type: string;
  readonly notNull: boolean;
  /** An identity column, a serial, or a default taken from a sequence. */
  readonly fromSequence: boolean;
}

export interface CatalogueKey {
  readonly name: string;
  readonly primary: boolean;
  /** In the key's order; an expression has no column name and stands as ''. */
  readonly columns: readonly string[];
}

export interface CatalogueReference {
  readonly name: string;
  readonly columns: readonly string[];
  readonly toTable: string;
  readonly toColumns: readonly string[];
}

export interface CatalogueTable {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly CatalogueColumn[];
  /** The primary key and every unique index. */
  readonly keys: readonly CatalogueKey[];
  readonly references: readonly CatalogueReference[];
  /** Triggers that somebody wrote; those of foreign keys are not listed. */
  readonly triggers: readonly string[];
  /** What the application role may do besides reading and inserting: UPDATE, DELETE, TRUNCATE. */
  readonly changesByApp: readonly string[];
}

/** The rules by name, each with what it asks for; a finding names its rule. */
export const CATALOGUE_RULES = {
  kind_declared: 'the COMMENT of every table begins with lane, reference or local',
  lane_column: 'a lane table has a column lane, smallint or integer, not null',
  lane_in_primary_key: 'a lane table has a primary key that begins with lane',
  lane_in_unique_keys: 'every unique index of a lane table begins with lane',
  lane_in_references:
    'a foreign key of a lane table goes to a reference table, or begins with lane on both sides',
  nothing_points_into_lanes: 'a foreign key of a reference or local table does not go to a lane table',
  no_triggers: 'a lane table has no triggers',
  no_sequences: 'no column of a lane table takes its value from a sequence',
  append_only_granted: 'the application role may not update, delete or truncate what is called append-only',
} as const satisfies Record<string, string>;

export type CatalogueRule = keyof typeof CATALOGUE_RULES;

export interface CatalogueFinding {
  readonly rule: CatalogueRule;
  readonly table: string;
  /** A sentence that names the object at fault. */
  readonly detail: string;
}

/** Everything in these tables that breaks a rule; empty when all is well. */
export function lintCatalogue(tables: readonly CatalogueTable[]): CatalogueFinding[] {
  const kinds = new Map(tables.map((table) => [table.name, kindOf(table)]));
  return tables.flatMap((table) => {
    const kind = kinds.get(table.name);
    const findings = [...lintAppendOnly(table), ...lintKind(table, kind)];
    if (kind === 'lane') findings.push(...lintLaneTable(table, kinds));
    else findings.push(...lintPointers(table, kinds));
    return findings;
  });
}

/** The declared kind of a table, undefined when its comment declares none. */
export function kindOf(table: { readonly comment: string }): TableKind | undefined {
  return /^(lane|reference|local)\b/.exec(table.comment)?.[1] as TableKind | undefined;
}

type Kinds = ReadonlyMap<string, TableKind | undefined>;

function lintKind(table: CatalogueTable, kind: TableKind | undefined): CatalogueFinding[] {
  if (kind !== undefined) return [];
  return [finding('kind_declared', table, `the comment is "${table.comment}"`)];
}

function lintAppendOnly(table: CatalogueTable): CatalogueFinding[] {
  if (!/\bappend-only\b/.test(table.comment) || table.changesByApp.length === 0) return [];
  return [finding('append_only_granted', table, `granted: ${table.changesByApp.join(', ')}`)];
}

function lintLaneTable(table: CatalogueTable, kinds: Kinds): CatalogueFinding[] {
  const findings = [...lintLaneKeys(table), ...lintLaneReferences(table, kinds)];
  const lane = table.columns.find((column) => column.name === 'lane');
  if (lane === undefined) findings.push(finding('lane_column', table, 'there is no column lane'));
  else if (!lane.notNull || !['smallint', 'integer'].includes(lane.type)) {
    findings.push(
      finding('lane_column', table, `it is ${lane.type}${lane.notNull ? '' : ' and may be null'}`),
    );
  }
  for (const trigger of table.triggers) findings.push(finding('no_triggers', table, `see ${trigger}`));
  for (const column of table.columns) {
    if (column.fromSequence) findings.push(finding('no_sequences', table, `see column ${column.name}`));
  }
  return findings;
}

function lintLaneKeys(table: CatalogueTable): CatalogueFinding[] {
  const findings = table.keys
    .filter((key) => key.columns[0] !== 'lane')
    .map((key) =>
      finding(key.primary ? 'lane_in_primary_key' : 'lane_in_unique_keys', table, `see ${key.name}`),
    );
  if (!table.keys.some((key) => key.primary)) {
    findings.push(finding('lane_in_primary_key', table, 'there is no primary key'));
  }
  return findings;
}

function lintLaneReferences(table: CatalogueTable, kinds: Kinds): CatalogueFinding[] {
  return table.references
    .filter(({ toTable, columns, toColumns }) => {
      const kind = kinds.get(toTable);
      const stays = kind === 'lane' && columns[0] === 'lane' && toColumns[0] === 'lane';
      return kind !== 'reference' && !stays;
    })
    .map((reference) => finding('lane_in_references', table, `see ${reference.name}`));
}

function lintPointers(table: CatalogueTable, kinds: Kinds): CatalogueFinding[] {
  return table.references
    .filter((reference) => kinds.get(reference.toTable) === 'lane')
    .map((reference) => finding('nothing_points_into_lanes', table, `see ${reference.name}`));
}

function finding(rule: CatalogueRule, table: CatalogueTable, detail: string): CatalogueFinding {
  return { rule, table: table.name, detail };
}
