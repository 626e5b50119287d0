import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE_RULES, lintCatalogue } from '../../src/platform/catalogue.ts';
import type { CatalogueFinding, CatalogueRule } from '../../src/platform/catalogue.ts';
import { listCatalogue } from '../../src/platform/catalogue.views.ts';
import { createTestDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/test-database.ts';

let home: TestDatabase;

beforeAll(async () => {
  home = await createTestDatabase({ fence: false });
});
afterAll(() => home.close());

const GOOD = `
  create table good_reference (id uuid primary key);
  comment on table good_reference is 'reference: something that breaches may point to';
  create table good_lane (lane smallint not null, id uuid not null, primary key (lane, id));
  comment on table good_lane is 'lane (evidence): something that breaches may point to';`;

/** One breach a row: the rule that must name it, the table, what is done to the schema, and what the finding says. */
const BREACHES: readonly [CatalogueRule, string, string, string][] = [
  ['kind_declared', 'no comment', 'create table bad (id uuid primary key)', 'the comment is ""'],
  [
    'kind_declared',
    'a comment that begins otherwise',
    `create table bad (id uuid primary key); comment on table bad is 'a lane table, surely'`,
    'surely',
  ],
  ['lane_column', 'no lane', laneTable('id uuid primary key'), 'no column lane'],
  ['lane_column', 'a lane of another type', laneTable('lane text not null, primary key (lane)'), 'text'],
  ['lane_column', 'a lane that may be null', laneTable('lane smallint, id uuid not null'), 'may be null'],
  ['lane_in_primary_key', 'no primary key', laneTable('lane smallint not null'), 'no primary key'],
  [
    'lane_in_primary_key',
    'lane second',
    laneTable('lane smallint not null, id uuid, primary key (id, lane)'),
    'bad_pkey',
  ],
  [
    'lane_in_unique_keys',
    'a unique constraint without lane',
    laneTable('lane smallint not null, id uuid unique, primary key (lane, id)'),
    'bad_id_key',
  ],
  [
    'lane_in_unique_keys',
    'a partial unique index on an expression',
    `${laneTable('lane smallint not null, id text, primary key (lane, id)')};
     create unique index bad_lower on bad (lower(id), lane) where id <> ''`,
    'bad_lower',
  ],
  [
    'lane_in_references',
    'a foreign key into another lane',
    `${laneTable('lane smallint not null, id uuid, other_lane smallint, primary key (lane, id)')};
     alter table bad add constraint bad_away foreign key (other_lane, id) references good_lane (lane, id)`,
    'bad_away',
  ],
  [
    'lane_in_references',
    'a foreign key to a local table',
    `create table local_one (id uuid primary key); comment on table local_one is 'local: bookkeeping';
     ${laneTable('lane smallint not null, id uuid references local_one (id), primary key (lane, id)')}`,
    'bad_id_fkey',
  ],
  [
    'nothing_points_into_lanes',
    'a reference table that points into a lane',
    `create table bad (id uuid primary key, lane smallint,
       constraint bad_into foreign key (lane, id) references good_lane (lane, id));
     comment on table bad is 'reference: wrong way round'`,
    'bad_into',
  ],
  [
    'no_triggers',
    'a trigger',
    `${laneTable('lane smallint not null, id uuid, primary key (lane, id)')};
     create function bad_function() returns trigger language plpgsql as 'begin return new; end';
     create trigger bad_trigger before insert on bad for each row execute function bad_function()`,
    'bad_trigger',
  ],
  [
    'no_sequences',
    'a serial',
    laneTable('lane smallint not null, n bigserial, primary key (lane, n)'),
    'column n',
  ],
  [
    'no_sequences',
    'an identity',
    laneTable('lane smallint not null, n bigint generated always as identity, primary key (lane, n)'),
    'column n',
  ],
  [
    'append_only_granted',
    'a grant to update',
    `${laneTable('lane smallint not null, id uuid, primary key (lane, id)')};
     comment on table bad is 'lane (partner) append-only: entries'; grant update on bad to plumbline_app`,
    'UPDATE',
  ],
  [
    'append_only_granted',
    'a grant to update one column',
    `${laneTable('lane smallint not null, id uuid, primary key (lane, id)')};
     comment on table bad is 'lane (partner) append-only: entries'; grant update (id) on bad to plumbline_app`,
    'UPDATE',
  ],
  [
    'append_only_granted',
    'a grant to delete, on a reference table',
    `create table bad (id uuid primary key); comment on table bad is 'reference append-only: versions';
     grant delete on bad to plumbline_app`,
    'DELETE',
  ],
];

function laneTable(columns: string): string {
  return `create table bad (${columns}); comment on table bad is 'lane (evidence): a breach'`;
}

/** Lints the schema as it is after the statements, and undoes them. */
async function lintAfter(statements: string): Promise<CatalogueFinding[]> {
  const scratch = await createTestDatabase({ fence: false });
  try {
    await scratch.owner(statements);
    return lintCatalogue(await scratch.db.reference(listCatalogue));
  } finally {
    await scratch.close();
  }
}

describe('the catalogue linter', () => {
  test('finds nothing wrong with the schema of the migrations', async () => {
    const tables = await home.db.reference(listCatalogue);
    expect(tables.length).toBeGreaterThan(20);
    expect(lintCatalogue(tables)).toEqual([]);
  });

  test('finds nothing wrong with what the breaches start from', async () => {
    expect(await lintAfter(GOOD)).toEqual([]);
  });

  test.each(BREACHES)('%s refuses %s', async (rule, _what, statements, words) => {
    const findings = await lintAfter(`${GOOD} ${statements}`);
    const named = findings.find((finding) => finding.rule === rule && finding.table === 'bad');
    expect(named?.detail ?? `not among ${JSON.stringify(findings)}`).toContain(words);
  });

  test('has an example of a breach for every rule', () => {
    expect(new Set(BREACHES.map(([rule]) => rule))).toEqual(new Set(Object.keys(CATALOGUE_RULES)));
  });
});
