// Compiles the rules of a mapping: the first whose conditions hold decides the row, and may tell several events of it.
import { isReasonCode } from '../../kernel/reason.ts';
import { compileEvent, EVENT_KEYS, quarantine } from './compile-event.ts';
import { compileWhen } from './conditions.ts';
import type { Test } from './conditions.ts';
import { isNode } from './document.ts';
import type { Compilation, Node } from './document.ts';
import type { MappedItem, UnknownCode } from './facts.ts';
import { compilePath, parsePath, plainText } from './paths.ts';
import { RowScope } from './row.ts';

/** Adds what became of a row: one item, or one for each event that a rule tells. */
export type RowMapper = (scope: RowScope, path: string, items: MappedItem[]) => void;
/** One item of one event. */
type ItemMapper = (scope: RowScope, path: string) => MappedItem;

interface Rule {
  readonly test: Test | undefined;
  readonly run: RowMapper;
}

const MAX_RULES = 200;
const MAX_EVENTS = 20;
const NOTHING: RowMapper = () => undefined;

export function compileRules(c: Compilation, node: unknown, at: string): RowMapper {
  if (!Array.isArray(node) || node.length === 0) {
    c.fail(at, 'expected a list of rules', 'write at least one rule with a name and an event or an ignore');
    return NOTHING;
  }
  const rules = c
    .list(node, at, MAX_RULES, 'rules')
    .map((item, index) => compileRule(c, item, `${at}[${index}]`));
  const unknown = compileUnknown(node, at);
  return (scope, path, items) => {
    for (const rule of rules) {
      if (rule.test === undefined || rule.test(scope)) {
        rule.run(scope, path, items);
        return;
      }
    }
    items.push(unknown(scope, path));
  };
}

/** A row that no rule knows. Where the rules choose by one field, its value is the unknown code. */
function compileUnknown(rules: readonly unknown[], at: string): ItemMapper {
  const first = rules.map(chosenBy).find((path) => path !== undefined);
  const path = first === undefined ? undefined : parsePath(first);
  const read = path === undefined ? undefined : compilePath(path);
  return (scope, place) => {
    const value = (plainText(read?.(scope)) ?? '').slice(0, 60);
    const code: UnknownCode | undefined =
      first === undefined || value === '' ? undefined : { path: first, value, table: at };
    const seen = code === undefined ? '' : `: ${code.path} is "${code.value}"`;
    return {
      outcome: 'quarantined',
      path: place,
      reason: 'unknown_event',
      detail: `no rule of the mapping knows this row${seen}`,
      ...(code === undefined ? {} : { code }),
    };
  };
}

/** The path that a rule's first comparison looks at. */
function chosenBy(rule: unknown): string | undefined {
  const when: unknown = isNode(rule) ? rule['when'] : undefined;
  const conditions: readonly unknown[] = Array.isArray(when) ? (when as readonly unknown[]) : [];
  for (const condition of conditions) {
    if (!isNode(condition) || typeof condition['path'] !== 'string') continue;
    if (condition['equals'] !== undefined || condition['in'] !== undefined) return condition['path'];
  }
  return undefined;
}

function compileRule(c: Compilation, node: unknown, at: string): Rule {
  const spec = c.object(node, at, ['name', 'when', 'ignore', 'event', 'events', 'revisionOrder']);
  if (spec === undefined) return { test: undefined, run: NOTHING };
  c.text(spec['name'], `${at}.name`);
  const test = compileWhen(c, spec['when'], `${at}.when`);
  const given = ['ignore', 'event', 'events'].filter((key) => spec[key] !== undefined);
  if (given.length !== 1) {
    c.fail(
      at,
      'a rule either ignores a row or makes an event of it, or several events',
      'give it exactly one of ignore, event and events',
    );
    return { test, run: NOTHING };
  }
  if (spec['ignore'] !== undefined && spec['revisionOrder'] !== undefined)
    c.fail(`${at}.revisionOrder`, 'a row that is ignored has no revisions', 'leave this key out');
  return { test, run: compileRun(c, spec, at) };
}

function compileRun(c: Compilation, spec: Node, at: string): RowMapper {
  if (spec['ignore'] !== undefined) return single(compileIgnore(c, spec['ignore'], `${at}.ignore`));
  if (spec['events'] !== undefined) return compileEvents(c, spec, at);
  const revision = { node: spec['revisionOrder'], at: `${at}.revisionOrder` };
  return single(compileEvent(c, spec['event'], `${at}.event`, revision));
}

function single(run: ItemMapper): RowMapper {
  return (scope, path, items) => {
    items.push(run(scope, path));
  };
}

interface Member {
  readonly test: Test | undefined;
  readonly run: ItemMapper;
}

/** One row tells several events; each has its own item, `<row>#<n>`, and its own problem. */
function compileEvents(c: Compilation, spec: Node, at: string): RowMapper {
  const members = c
    .list(spec['events'], `${at}.events`, MAX_EVENTS, 'events')
    .map((node, index): Member => compileMember(c, node, spec['revisionOrder'], at, index));
  return (scope, path, items) => {
    const before = items.length;
    for (const [index, member] of members.entries()) {
      const own = new RowScope(scope.row, scope.receivedAt, scope.parents, scope.soft);
      if (member.test !== undefined && !member.test(own)) continue;
      own.warnings.push(...scope.warnings);
      items.push(member.run(own, `${path}#${index}`));
    }
    if (items.length === before)
      items.push({
        outcome: 'ignored',
        path,
        reason: 'nothing_told',
        detail: 'the rule knows this row, and none of its events is told by it',
      });
  };
}

function compileMember(c: Compilation, node: unknown, order: unknown, ruleAt: string, index: number): Member {
  const at = `${ruleAt}.events[${index}]`;
  const spec = c.object(node, at, ['when', 'revisionOrder', ...EVENT_KEYS]);
  if (spec === undefined) return { test: undefined, run: (_scope, path) => quarantine(NO_EVENT, path) };
  const { when, revisionOrder, ...event } = spec;
  const revision =
    revisionOrder === undefined
      ? { node: order, at: `${ruleAt}.revisionOrder` }
      : { node: revisionOrder, at: `${at}.revisionOrder` };
  return { test: compileWhen(c, when, `${at}.when`), run: compileEvent(c, event, at, revision) };
}

const NO_EVENT = { reason: 'unknown_event', detail: 'no event', path: '' } as const;

function compileIgnore(c: Compilation, node: unknown, at: string): ItemMapper {
  const spec = c.object(node, at, ['reason', 'detail']);
  const reason = c.text(spec?.['reason'], `${at}.reason`) ?? '';
  const detail = c.text(spec?.['detail'], `${at}.detail`) ?? '';
  if (!isReasonCode(reason)) {
    c.fail(
      `${at}.reason`,
      `"${reason}" is not a reason code`,
      'use a code of the registry, such as balance_row or unwanted_row',
    );
    return (_scope, path) => quarantine(NO_EVENT, path);
  }
  return (_scope, path) => ({ outcome: 'ignored', path, reason, detail });
}
