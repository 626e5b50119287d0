// What a mapping document reads, said as a list: for people (documentation), for drift and for suggested repairs.
// It looks at the document only, never at a compiled mapping, so it can speak of drafts that do not compile yet.

/** One place of a document that reads something from a row. */
export interface FieldReading {
  /** Place in the document, as problems name it: `$.rules[0].event.amount`. */
  readonly at: string;
  /** What it is for: `amount`, `execution.lots`, `identifiers[0].value`, `when`, `revisionOrder`. */
  readonly role: string;
  readonly type: 'text' | 'number' | 'time' | 'condition';
  /** Fields of the row, in order of preference. */
  readonly paths: readonly string[];
  /** Name of the rule; '' outside of rules. */
  readonly rule: string;
  /** Feeds for which this part of the document stands; null = every feed that has no part of its own. */
  readonly feed: string | null;
  /** The part of the document itself. */
  readonly spec: unknown;
  readonly table?: {
    readonly at: string;
    readonly codes: Readonly<Record<string, string>>;
    readonly fold: boolean;
    readonly otherwise: 'quarantine' | 'keep' | 'absent';
  };
}

/** One rule that leaves rows out. */
export interface IgnoredRows {
  readonly rule: string;
  readonly reason: string;
  readonly detail: string;
  readonly feed: string | null;
}

type Node = Readonly<Record<string, unknown>>;

const NUMBERS = new Set([
  'amount',
  'bonusPart',
  'lots',
  'closedLots',
  'price',
  'contractSize',
  'profit',
  'commission',
  'swap',
  'fee',
  'measures',
]);
const TIMES = new Set(['occurredAt', 'effectiveFrom', 'effectiveTo', 'modifiedAt']);
/** Keys of an event that hold a choice and no reading. */
const CHOICES = new Set(['whenNoTime', 'when', 'name']);

/** Everything that a document reads, in its order. Never throws; what is no document reads nothing. */
export function listReadings(document: unknown): FieldReading[] {
  return eachPart(document).flatMap(({ node, at, feed }) =>
    rulesOf(node).flatMap((rule, index) => readingsOfRule(rule, `${at}.rules[${index}]`, feed)),
  );
}

/** The rules that leave rows out, each with its reason. */
export function listIgnored(document: unknown): IgnoredRows[] {
  return eachPart(document).flatMap(({ node, feed }) =>
    rulesOf(node).flatMap((rule) =>
      isNode(rule['ignore'])
        ? [
            {
              rule: textOf(rule['name']),
              reason: textOf(rule['ignore']['reason']),
              detail: textOf(rule['ignore']['detail']),
              feed,
            },
          ]
        : [],
    ),
  );
}

/** Fields that the document names as known and does not read, for one feed. */
export function knownFieldsOf(document: unknown, feed: string | null): string[] {
  const part = partOf(document, feed);
  const list = part?.node['knownFields'];
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
}

/** Where a feed's list of known fields stands or would stand, as a place in the document. */
export function knownFieldsPlace(document: unknown, feed: string | null): { at: string; exists: boolean } {
  const part = partOf(document, feed);
  return { at: `${part?.at ?? '$'}.knownFields`, exists: Array.isArray(part?.node['knownFields']) };
}

function partOf(document: unknown, feed: string | null): { node: Node; at: string } | undefined {
  const parts = eachPart(document);
  return (
    parts.find((part) => part.feed === feed && part.node['knownFields'] !== undefined) ??
    parts.find((part) => part.feed === null)
  );
}

/** The document itself, and the parts that stand for single feeds. */
function eachPart(document: unknown): { node: Node; at: string; feed: string | null }[] {
  if (!isNode(document)) return [];
  const feeds = isNode(document['feeds']) ? Object.entries(document['feeds']) : [];
  return [
    { node: document, at: '$', feed: null },
    ...feeds.flatMap(([feed, node]) => (isNode(node) ? [{ node, at: `$.feeds.${feed}`, feed }] : [])),
  ];
}

function rulesOf(node: Node): Node[] {
  return Array.isArray(node['rules']) ? node['rules'].filter(isNode) : [];
}

interface Place {
  readonly at: string;
  readonly role: string;
  readonly rule: string;
  readonly feed: string | null;
}

function readingsOfRule(rule: Node, at: string, feed: string | null): FieldReading[] {
  const name = textOf(rule['name']);
  const place = (key: string, role: string): Place => ({ at: `${at}.${key}`, role, rule: name, feed });
  const events = Array.isArray(rule['events']) ? rule['events'] : [];
  return [
    ...conditionsOf(rule['when'], place('when', 'when')),
    ...eventReadings(rule['event'], place('event', '')),
    ...events.flatMap((event: unknown, index) => eventReadings(event, place(`events[${index}]`, ''))),
    ...(isNode(rule['revisionOrder'])
      ? walk(rule['revisionOrder']['value'], {
          ...place('revisionOrder.value', textOf(rule['revisionOrder']['kind'])),
        }).map((one) => ({ ...one, role: 'revisionOrder' }))
      : []),
  ];
}

function eventReadings(event: unknown, place: Place): FieldReading[] {
  if (!isNode(event)) return [];
  return [
    ...conditionsOf(event['when'], { ...place, at: `${place.at}.when`, role: 'when' }),
    ...Object.entries(event).flatMap(([key, node]) =>
      CHOICES.has(key) ? [] : walk(node, { ...place, at: `${place.at}.${key}`, role: key }),
    ),
  ];
}

function conditionsOf(node: unknown, place: Place): FieldReading[] {
  if (Array.isArray(node))
    return node.flatMap((item: unknown, index) =>
      conditionsOf(item, { ...place, at: `${place.at}[${index}]` }),
    );
  if (!isNode(node)) return [];
  if (node['path'] !== undefined)
    return [{ ...place, type: 'condition', paths: pathsOf(node['path']), spec: node }];
  return ['any', 'all', 'not', 'value'].flatMap((key) =>
    node[key] === undefined
      ? []
      : key === 'value'
        ? walk(node[key], { ...place, at: `${place.at}.value` }).map((one) => ({
            ...one,
            type: 'condition' as const,
          }))
        : conditionsOf(node[key], { ...place, at: `${place.at}.${key}` }),
  );
}

/** A part that reads, a list of such parts, or a table of them. */
function walk(node: unknown, place: Place): FieldReading[] {
  if (typeof node === 'string') return [readingOf(node, node, place)];
  if (Array.isArray(node))
    return node.flatMap((item: unknown, index) =>
      walk(item, { ...place, at: `${place.at}[${index}]`, role: `${place.role}[${index}]` }),
    );
  if (!isNode(node) || node['const'] !== undefined || typeof node['setting'] === 'string') return [];
  if (typeof node['template'] === 'string') {
    return [...node['template'].matchAll(/\{field\.([^{}]+)\}/g)].map((found) =>
      readingOf(found[1] ?? '', node, place),
    );
  }
  for (const key of ['first', 'sum']) {
    const list = node[key];
    if (Array.isArray(list))
      return list.flatMap((item: unknown, index) =>
        walk(item, { ...place, at: `${place.at}.${key}[${index}]` }),
      );
  }
  if (typeof node['list'] === 'string') return [readingOf(node['list'], node, place)];
  if (node['path'] !== undefined) return [readingOf(node['path'], node, place)];
  return Object.entries(node).flatMap(([key, child]) =>
    walk(child, { ...place, at: `${place.at}.${key}`, role: `${place.role}.${key}` }),
  );
}

function readingOf(path: unknown, spec: unknown, place: Place): FieldReading {
  const type = typeOf(place.role, spec);
  const table = tableOf(spec, place.at);
  return { ...place, type, paths: pathsOf(path), spec, ...(table === undefined ? {} : { table }) };
}

function typeOf(role: string, spec: unknown): FieldReading['type'] {
  const words = role.split(/[.[]/);
  if (words.some((word) => TIMES.has(word)) || (isNode(spec) && spec['format'] !== undefined)) return 'time';
  if (words.some((word) => NUMBERS.has(word)) || (isNode(spec) && spec['unit'] !== undefined))
    return 'number';
  return 'text';
}

function tableOf(spec: unknown, at: string): FieldReading['table'] {
  if (!isNode(spec) || !isNode(spec['map'])) return undefined;
  const { otherwise } = spec;
  return {
    at: `${at}.map`,
    codes: Object.fromEntries(Object.entries(spec['map']).map(([from, to]) => [from, String(to)])),
    fold: spec['fold'] === true,
    otherwise: otherwise === 'keep' || otherwise === 'absent' ? otherwise : 'quarantine',
  };
}

function pathsOf(path: unknown): string[] {
  if (typeof path === 'string') return [path];
  return Array.isArray(path) ? path.filter((item): item is string => typeof item === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
