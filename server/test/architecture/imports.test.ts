import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LENGTHS, RULES, findLongFiles, isPure, roleOf, roomOf } from './rules.ts';
import { scanSource, scanTree } from './scan.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCES = scanTree(ROOT, ['contract', 'server/src', 'server/test', 'bench', 'sdk', 'simulators']);
const RATCHET = JSON.parse(readFileSync(new URL('./long-files.json', import.meta.url), 'utf8')) as Record<
  string,
  number
>;

/** A forbidden example: the rule that must refuse it, what it shows, the file, its text, and files beside it. */
type Breach = [rule: string, what: string, path: string, text: string, beside?: Record<string, string>];

const BREACHES: readonly Breach[] = [
  [
    'pure_imports',
    'a schema at run time',
    'server/src/registry/deals/x.ts',
    `import { a } from '@plumbline/contract';`,
  ],
  [
    'stage_order',
    'the ledger at the door',
    'server/src/pipeline/intake/x.step.ts',
    `import { a } from '../ledger/index.ts';`,
  ],
  ['names', 'a folder of helpers', 'server/src/kernel/helpers/x.ts', ''],
  ['names', 'a file of utils', 'server/src/platform/utils.ts', ''],
  ['names', 'a folder called shared', 'web/shared/x.ts', ''],
  ['names', 'an unknown role', 'server/src/pipeline/ledger/post.service.ts', ''],
  ['names', 'camel case', 'server/src/pipeline/ledger/postEntry.ts', ''],
  ['paths', 'no ending', 'server/src/kernel/a.ts', `import { b } from './b';`],
  [
    'pure_imports',
    'a package in a pure file',
    'server/src/pipeline/commission/x.ts',
    `import { z } from 'zod';`,
  ],
  [
    'pure_imports',
    'the runtime in a pure file',
    'server/src/kernel/x.ts',
    `import { readFile } from 'node:fs';`,
  ],
  [
    'pure_imports',
    'hashing outside its one home',
    'server/src/kernel/ids.ts',
    `import { hash } from 'node:crypto';`,
  ],
  [
    'pure_imports',
    'plumbing, as a type',
    'server/src/registry/deals/x.ts',
    `import type { Tx } from '../../platform/db.ts';`,
  ],
  [
    'pure_imports',
    'a store of its own room',
    'server/src/pipeline/ledger/x.ts',
    `export { a } from './ledger.store.ts';`,
  ],
  [
    'pure_imports',
    'the door of another room',
    'server/src/pipeline/ledger/x.ts',
    `import { a } from '../identity/index.ts';`,
  ],
  [
    'pure_imports',
    'facts that know thoughts',
    'server/src/pipeline/ledger/facts.ts',
    `import type { A } from './post.ts';`,
  ],
  ['pure_imports', 'a dynamic import', 'server/src/kernel/x.ts', `export const a = () => import('node:os');`],
  ['pure_calls', 'the clock', 'server/src/kernel/x.ts', 'export const a = Date.now();'],
  ['pure_calls', 'the clock handed on', 'server/src/kernel/x.ts', 'export const now = Date.now;'],
  ['pure_calls', 'the clock by its object', 'server/src/tracking/x.ts', 'export const a = new Date();'],
  ['pure_calls', 'chance', 'server/src/pipeline/identity/x.ts', 'export const a = Math.random();'],
  ['pure_calls', 'a timer', 'server/src/pipeline/identity/x.ts', 'setTimeout(() => 1, 5);'],
  [
    'doors',
    'a store of another room',
    'server/src/api/x.ts',
    `import { a } from '../registry/deals/deal.store.ts';`,
  ],
  [
    'doors',
    'a pure file of another room',
    'server/src/registry/deals/x.step.ts',
    `import { a } from '../partners/tree.ts';`,
  ],
  [
    'doors',
    'routes past the door',
    'server/src/api/x.ts',
    `export { a } from '../tracking/click.routes.ts';`,
  ],
  [
    'stage_order',
    'the facts of a later stage',
    'server/src/pipeline/mapping/x.ts',
    `import type { A } from '../ledger/facts.ts';`,
  ],
  [
    'stage_order',
    'the door of a later stage',
    'server/src/pipeline/identity/x.step.ts',
    `import { a } from '../commission/index.ts';`,
  ],
  [
    'layers',
    'a kernel that knows plumbing',
    'server/src/kernel/x.ts',
    `import { a } from '../platform/log.ts';`,
  ],
  [
    'layers',
    'plumbing that knows a room',
    'server/src/platform/x.ts',
    `import { a } from '../registry/index.ts';`,
  ],
  [
    'layers',
    'a room that knows the edge',
    'server/src/pipeline/intake/x.routes.ts',
    `import { a } from '../../api/index.ts';`,
  ],
  [
    'layers',
    'an edge that knows the commands',
    'server/src/api/x.ts',
    `import { a } from '../commands/index.ts';`,
  ],
  [
    'layers',
    'a room that asks oversight',
    'server/src/pipeline/ledger/x.step.ts',
    `import { a } from '../../oversight/audit/index.ts';`,
  ],
  [
    'roles',
    'a view that knows a store',
    'server/src/registry/deals/deal.views.ts',
    `import { a } from './deal.store.ts';`,
  ],
  [
    'roles',
    'a store that knows an action',
    'server/src/registry/deals/deal.store.ts',
    `import { a } from './deal.actions.ts';`,
  ],
  [
    'roles',
    'an action that knows its route',
    'server/src/registry/deals/deal.actions.ts',
    `import { a } from './deal.routes.ts';`,
  ],
  [
    'roles',
    'a step that knows an action',
    'server/src/pipeline/ledger/x.step.ts',
    `import { a } from './x.actions.ts';`,
  ],
  ['packages', 'the driver in a store', 'server/src/pipeline/ledger/x.store.ts', `import pg from 'pg';`],
  [
    'packages',
    'HTTP in an action',
    'server/src/registry/deals/x.actions.ts',
    `import type { FastifyInstance } from 'fastify';`,
  ],
  [
    'packages',
    'another HTTP client',
    'server/src/pipeline/outbound/send.client.ts',
    `import { request } from 'undici';`,
  ],
  [
    'contract',
    'a contract that knows the server',
    'contract/src/x.ts',
    `import { a } from '../../server/src/kernel/ids.ts';`,
  ],
  ['contract', 'a contract with another package', 'contract/src/x.ts', `import { a } from 'ajv';`],
  [
    'cycles',
    'a cycle of two',
    'server/src/kernel/a.ts',
    `import { b } from './b.ts';`,
    { 'server/src/kernel/b.ts': `import type { A } from './a.ts';` },
  ],
  [
    'cycles',
    'a cycle of three',
    'server/src/kernel/a.ts',
    `import { b } from './b.ts';`,
    {
      'server/src/kernel/b.ts': `export { c } from './c.ts';`,
      'server/src/kernel/c.ts': `import { a } from './a.ts';`,
    },
  ],
  [
    'sql_home',
    'a query in an action',
    'server/src/registry/deals/x.actions.ts',
    'tx.rows(`select id from deal where id = $1`);',
  ],
  ['sql_home', 'a query in the edge', 'server/src/api/x.ts', `tx.exec('delete from deal');`],
  [
    'sql_home',
    'a query in parts',
    'server/src/pipeline/ledger/x.step.ts',
    'tx.exec(`update ${table} set a = 1`);',
  ],
  [
    'sql_home',
    'a query with a name',
    'server/src/pipeline/ledger/x.step.ts',
    'const q = `\n  with due as (select 1) insert into journal select * from due`;',
  ],
  [
    'views_read',
    'a view that writes',
    'server/src/registry/deals/x.views.ts',
    `tx.exec('insert into deal values (1)');`,
  ],
  [
    'views_read',
    'a view that locks',
    'server/src/registry/deals/x.views.ts',
    `tx.rows('select id from deal for update skip locked');`,
  ],
  ['no_default_exports', 'a function', 'server/src/kernel/x.ts', 'export default function a() {}'],
  ['no_default_exports', 'a value', 'bench/x.ts', 'const a = 1; export default a;'],
  ['no_default_exports', 'by another name', 'server/test/x.ts', 'const a = 1; export { a as default };'],
  ['erasable', 'an enum', 'server/src/kernel/x.ts', 'export enum A { B }'],
  ['erasable', 'a namespace', 'server/src/kernel/x.ts', 'export namespace A { export const b = 1; }'],
  ['no_any', 'any', 'server/src/kernel/x.ts', 'export const a: any = 1;'],
];

/** What must stay allowed, because a rule that refuses everything proves nothing. */
const ALLOWED: readonly [what: string, path: string, text: string][] = [
  [
    'the kernel and upstream facts in a pure file',
    'server/src/pipeline/commission/x.ts',
    `import { a } from '../../kernel/money.ts'; import type { B } from '../assembly/facts.ts'; import { c } from './own.ts';`,
  ],
  [
    'the types of the wire in a pure file',
    'server/src/oversight/explain/x.ts',
    `import type { Explanation } from '@plumbline/contract';`,
  ],
  [
    'mapping at the door',
    'server/src/pipeline/intake/x.ts',
    `import type { MappedItem } from '../mapping/facts.ts';`,
  ],
  [
    'an upstream door in a step',
    'server/src/pipeline/commission/x.step.ts',
    `import { a } from '../assembly/index.ts';`,
  ],
  [
    'all doors for the conveyor',
    'server/src/pipeline/conveyor/x.ts',
    `import { a } from '../ledger/index.ts'; import { b } from '../intake/index.ts';`,
  ],
  ['hashing in its one home', 'server/src/kernel/digest.ts', `import { hash } from 'node:crypto';`],
  [
    'a preset as data',
    'server/src/connectors/mt5/preset.ts',
    `import mapping from './mapping.json' with { type: 'json' };`,
  ],
  ['a given instant as a date', 'server/src/kernel/x.ts', 'export const a = new Date(0).toISOString();'],
  [
    'a sentence with the words of SQL',
    'server/src/kernel/x.ts',
    `export const a = 'Select a program from the list'; // update x set y`,
  ],
  [
    'SQL in a store',
    'server/src/pipeline/ledger/x.store.ts',
    `import type { Tx } from '../../platform/db.ts'; export const a = 'insert into journal values ($1)';`,
  ],
  [
    'a test that reaches into its room',
    'server/src/pipeline/ledger/x.db.test.ts',
    `import { a } from '../../registry/deals/deal.store.ts'; import pg from 'pg'; export const t = Date.now();`,
  ],
];

/** A pure file that enters the door of another room: whether it may depends on what lies behind the door. */
const ENTERING = {
  path: 'server/src/pipeline/commission/x.ts',
  text: `import { a } from '../qualification/index.ts';`,
};

function findingsOf(path: string, text: string, beside: Record<string, string> = {}): Map<string, string[]> {
  const source = scanSource(path, text);
  const all = [source, ...Object.entries(beside).map(([other, content]) => scanSource(other, content))];
  return new Map(RULES.map((rule) => [rule.name, rule.check(source, all)]));
}

describe('the import table', () => {
  test('is looked at for every source of the project', () => {
    const paths = SOURCES.map((source) => source.path);
    expect(paths).toContain('server/src/platform/db.ts');
    expect(paths).toContain('server/test/architecture/imports.test.ts');
    expect(paths.filter(isPure).length).toBeGreaterThan(10);
  });

  test.each(RULES.map((rule) => [rule.name, rule.promise, rule] as const))(
    '%s: %s',
    (_name, _promise, rule) => {
      expect(SOURCES.flatMap((source) => rule.check(source, SOURCES))).toEqual([]);
    },
  );

  test.each(BREACHES)('%s refuses %s', (rule, _what, path, text, beside) => {
    expect(findingsOf(path, text, beside).get(rule)).not.toEqual([]);
  });

  test('has a forbidden example for every rule', () => {
    expect(new Set(BREACHES.map(([rule]) => rule))).toEqual(new Set(RULES.map((rule) => rule.name)));
  });

  test.each(ALLOWED)('allows %s', (_what, path, text) => {
    expect([...findingsOf(path, text).values()].flat()).toEqual([]);
  });

  test.each([
    [`export { a } from './cpa.ts'; export type { B } from './facts.ts';`, 0],
    [`export { a } from './cpa.ts'; export { b } from './cpa.store.ts';`, 1],
    [`export { a } from 'zod';`, 1],
  ])('lets a pure file through a door only when all behind it is pure: %s', (door, faults) => {
    const beside = { 'server/src/pipeline/qualification/index.ts': door };
    expect(findingsOf(ENTERING.path, ENTERING.text, beside).get('pure_imports')).toHaveLength(faults);
  });
});

describe('rooms and roles', () => {
  test.each([
    ['server/src/main.ts', 'main', 'plain'],
    ['server/src/kernel/money.ts', 'kernel', 'plain'],
    ['server/src/pipeline/stages.ts', 'pipeline', 'plain'],
    ['server/src/pipeline/ledger/journal.store.ts', 'pipeline/ledger', 'store'],
    ['server/src/registry/facts.ts', 'registry', 'facts'],
    ['server/src/registry/deals/index.ts', 'registry/deals', 'index'],
    ['server/src/tracking/click.routes.ts', 'tracking', 'routes'],
    ['server/src/platform/db.db.test.ts', 'platform', 'test'],
    ['bench/intake.ts', undefined, 'plain'],
  ])('%s is in room %s as %s', (path, room, role) => {
    expect([roomOf(path), roleOf(path)]).toEqual([room, role]);
  });
});

describe('the length of files', () => {
  const long = { path: 'server/src/kernel/x.ts', lines: 501, imports: [], marks: [] };

  test('is within the limit, or within the ratchet', () => {
    for (const { path, lines } of SOURCES) {
      if (lines > LENGTHS.warn && roleOf(path) !== 'test')
        process.stdout.write(`long file: ${path} has ${lines} lines\n`);
    }
    expect(findLongFiles(SOURCES, RATCHET)).toEqual([]);
  });

  test('is refused beyond the limit, and beyond what the ratchet holds', () => {
    expect(findLongFiles([long], {})).toHaveLength(1);
    expect(findLongFiles([long], { [long.path]: 501 })).toEqual([]);
    expect(findLongFiles([{ ...long, lines: 502 }], { [long.path]: 501 })).toHaveLength(1);
  });

  test('leaves the ratchet when it has become short', () => {
    expect(findLongFiles([{ ...long, lines: 90 }], { [long.path]: 501 })).toEqual([
      'server/src/kernel/x.ts is short enough now: take it off the ratchet',
    ]);
  });
});
