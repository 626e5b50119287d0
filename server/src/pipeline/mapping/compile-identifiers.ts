// Compiles the identifiers of an event: who it is about, under the names that the source knows.
import { isJsonObject } from '../../kernel/json.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { Compilation } from './document.ts';
import { checkIdentifier } from './event-rules.ts';
import type { Writable } from './event-rules.ts';
import type { CanonicalEvent, Identifier } from './facts.ts';
import { compilePath } from './paths.ts';
import { isPlaceholder, readText } from './row.ts';
import type { RowScope } from './row.ts';
import { compileValue } from './values.ts';

type Put = (scope: RowScope, event: Writable<CanonicalEvent>) => void;
type Claim = readonly [namespace: string, value: string];

/** At least one declared identifier must be present and legal; the first resolves the event. */
export function compileIdentifiers(c: Compilation, node: unknown, at: string): Put {
  if (!Array.isArray(node) || node.length === 0) {
    c.fail(at, 'expected a list of identifiers', 'write at least one { namespace, value }');
    return () => undefined;
  }
  const readers = node.map((item: unknown, index) => compileIdentifier(c, item, `${at}[${index}]`));
  return (scope, event) => {
    const identifiers: Identifier[] = [];
    for (const read of readers) {
      for (const [namespace, value] of read(scope, identifiers.length > 0)) {
        const identifier = checkIdentifier(scope, namespace, value, 'identifiers');
        if (identifier === undefined) return;
        if (!identifiers.some((known) => known.namespace === namespace && known.value === value))
          identifiers.push(identifier);
      }
    }
    if (identifiers.length === 0)
      scope.fail(
        'bad_identifier',
        'identifiers',
        'the row names no customer: none of the declared identifiers is present',
      );
    event.identifiers = identifiers;
  };
}

/** `more`: an identifier was found before, so one that says "nothing" (an organic customer's click id) is left out with a warning. */
type ClaimReader = (scope: RowScope, more: boolean) => readonly Claim[];

function compileIdentifier(c: Compilation, node: unknown, at: string): ClaimReader {
  if (typeof node === 'object' && node !== null && 'list' in node) {
    const path = c.paths(node.list, `${at}.list`)[0];
    if (path === undefined) return () => [];
    const read = compilePath(path);
    return (scope) => readClaims(scope, read(scope));
  }
  const spec = c.object(node, at, ['namespace', 'value']) ?? {};
  const readNamespace = compileValue(c, spec['namespace'], `${at}.namespace`);
  const readValue = compileValue(c, spec['value'], `${at}.value`);
  return (scope, more) => {
    const value = readValue(scope);
    if (value === undefined) return [];
    const namespace = readNamespace(scope) ?? '';
    if (!more || !isPlaceholder(value)) return [[namespace, value]];
    scope.warn(
      'bad_identifier',
      `${namespace} says "${value}", which stands for "nothing"; the event goes by its other identifier`,
    );
    return [];
  };
}

const MAX_IDENTIFIERS = 20;

function readClaims(scope: RowScope, list: JsonValue | undefined): readonly Claim[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || list.length > MAX_IDENTIFIERS) {
    scope.fail(
      'bad_identifier',
      'identifiers',
      `expected a list of at most ${MAX_IDENTIFIERS} { namespace, value }`,
    );
    return [];
  }
  return (list as readonly JsonValue[]).map((item, index): Claim => {
    const path = `identifiers[${index}]`;
    if (!isJsonObject(item)) scope.fail('bad_identifier', path, 'expected { namespace, value }');
    const claim = isJsonObject(item) ? item : {};
    return [readText(scope, claim['namespace'], path) ?? '', readText(scope, claim['value'], path) ?? ''];
  });
}
