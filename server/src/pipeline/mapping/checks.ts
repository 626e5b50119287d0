// Checks of a mapping of one's own, and how grave each of the built-in ones is.
import { isReasonCode } from '../../kernel/reason.ts';
import type { ReasonCode } from '../../kernel/reason.ts';
import { compileConditions } from './conditions.ts';
import type { Test } from './conditions.ts';
import { isNode } from './document.ts';
import type { Compilation } from './document.ts';
import type { MappedItem } from './facts.ts';
import type { RowScope } from './row.ts';

export const SEVERITIES = ['warn', 'quarantine', 'refuse'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Built-in checks beside which a usable value stands, so that they may be warnings. */
const SOFT: readonly ReasonCode[] = ['future_event', 'contradicting_fields', 'bad_value'];

/** Built-in checks of a row; what concerns a whole delivery or a decision further on has no severity. */
export const CHECKED_REASONS: readonly ReasonCode[] = [
  'unknown_status',
  'unknown_event',
  'bad_format',
  'bad_row',
  'bad_amount',
  'bad_currency',
  'bad_time',
  'future_event',
  'bad_identifier',
  'bad_value',
  'bad_quantity',
  'bad_encoding',
  'inexact_number',
  'missing_key',
  'missing_field',
  'contradicting_fields',
];

/** `soft`: only a warning. `refused`: answered and not kept for a repair. */
export interface SeverityRules {
  readonly soft: ReadonlySet<ReasonCode>;
  readonly refused: ReadonlySet<ReasonCode>;
}

export function compileSeverity(c: Compilation, node: unknown): SeverityRules {
  const soft = new Set<ReasonCode>();
  const refused = new Set<ReasonCode>();
  if (node !== undefined && !isNode(node))
    c.fail('$.severity', 'expected a table of severities', 'write { "future_event": "warn" }');
  for (const [reason, value] of Object.entries(isNode(node) ? node : {})) {
    const at = `$.severity.${reason}`;
    const severity = c.choice(value, at, SEVERITIES);
    if (!isReasonCode(reason) || !CHECKED_REASONS.includes(reason))
      c.fail(at, 'no check of a row has this reason', `use one of ${CHECKED_REASONS.join(', ')}`);
    else if (severity === 'refuse') refused.add(reason);
    else if (severity === 'warn' && SOFT.includes(reason)) soft.add(reason);
    else if (severity === 'warn')
      c.fail(
        at,
        'without this value there is no event to warn about',
        `only ${SOFT.join(', ')} may be warnings`,
      );
  }
  return { soft, refused };
}

interface Check {
  readonly test: Test;
  readonly severity: Severity;
  readonly reason: ReasonCode;
  readonly detail: string;
}

/** Looks for what is wrong with a row before its rules: the item that it makes of it, or undefined. Undefined: no checks. */
export type RowCheck = (scope: RowScope, path: string) => MappedItem | undefined;

const MAX_CHECKS = 50;

export function compileChecks(c: Compilation, node: unknown, at: string): RowCheck | undefined {
  if (node === undefined) return undefined;
  const checks = c
    .list(node, at, MAX_CHECKS, 'checks')
    .map((item, index) => compileCheck(c, item, `${at}[${index}]`));
  return (scope, path) => {
    for (const { test, severity, reason, detail } of checks) {
      if (!test(scope)) continue;
      if (severity !== 'warn')
        return { outcome: severity === 'refuse' ? 'refused' : 'quarantined', path, reason, detail };
      scope.warn(reason, detail);
    }
    return undefined;
  };
}

function compileCheck(c: Compilation, node: unknown, at: string): Check {
  const spec = c.object(node, at, ['name', 'when', 'severity', 'message', 'fix', 'reason']) ?? {};
  const name = c.text(spec['name'], `${at}.name`) ?? '';
  const message = c.text(spec['message'], `${at}.message`) ?? '';
  const fix = spec['fix'] === undefined ? undefined : c.text(spec['fix'], `${at}.fix`);
  const reason = spec['reason'] ?? 'check_failed';
  if (typeof reason !== 'string' || !isReasonCode(reason))
    c.fail(`${at}.reason`, 'not a reason code', 'leave it out, or use a code of the registry');
  return {
    test: compileConditions(c, spec['when'], `${at}.when`),
    severity: c.choice(spec['severity'], `${at}.severity`, SEVERITIES) ?? 'quarantine',
    reason: typeof reason === 'string' && isReasonCode(reason) ? reason : 'check_failed',
    detail: `${name}: ${message}${fix === undefined ? '' : `; ${fix}`}`,
  };
}
