import type { Import, MarkKind, Source } from './scan.ts';
import { STAGES } from '../../src/pipeline/stages.ts';

/**
 * The table of design.md section 6 as rules over sources. Each rule says what it promises and answers with the
 * breaches of one file; `imports.test.ts` shows each of them a forbidden example.
 */
export interface Rule {
  readonly name: string;
  readonly promise: string;
  check(source: Source, all: readonly Source[]): string[];
}

const SRC = 'server/src/';

/** Folders of src that hold several rooms, one per folder below. What lies in them directly belongs to the group. */
const GROUPS = ['pipeline', 'registry', 'oversight', 'connectors'];

/**
 * Rooms without a door: words and plumbing are imported one by one, and so are the edges, which nobody imports
 * but edges.
 */
const OPEN_ROOMS = /^(kernel|platform(\/.*)?|pipeline|api|commands)$/;

/**
 * Files without a role that are not pure, because moving is what they are for. Everything else without a role,
 * in a room that is not plumbing or edge, is pure thinking.
 */
const MACHINERY: readonly { readonly at: RegExp; readonly why: string }[] = [
  { at: /^pipeline\/[^/]+\.ts$/, why: 'what every step gets and gives, and the worker that runs them' },
  { at: /^pipeline\/conveyor\//, why: 'moves batches from stage to stage' },
  { at: /^registry\/cache\.ts$/, why: 'keeps the registry in memory and looks at its versions by the clock' },
];

/** Facts whose types are computed from what pure files of their room say once for reader, schema and type. */
const COMPUTED_TYPES: ReadonlySet<string> = new Set(['registry/deals/facts.ts']);

/** Pure files that may use one named module of the platform, each with its reason. */
const PURE_EXCEPTIONS: Readonly<Record<string, string>> = {
  'kernel/digest.ts': 'node:crypto', // one-shot hashing is a function of its input
};

/** The road's machinery, plumbing and edges, where a file without a suffix is no pure thinking. */
const NOT_PURE = /^(platform(\/.*)?|api|commands|main)$/;

const ROLES = ['store', 'views', 'client', 'step', 'actions', 'thread', 'routes'] as const;
type Role = (typeof ROLES)[number] | 'index' | 'facts' | 'test' | 'plain';

/** Who may not be entered by whom, by role: a role imports only roles that stand below it. */
const ROLE_MAY_NOT_IMPORT: Readonly<Partial<Record<Role, readonly Role[]>>> = {
  views: ['store', 'step', 'actions', 'thread', 'routes', 'client'],
  store: ['step', 'actions', 'thread', 'routes', 'client'],
  client: ['store', 'views', 'step', 'actions', 'thread', 'routes'],
  step: ['actions', 'thread', 'routes'],
  // A thread is begun by its address: importing it would run it here.
  actions: ['routes', 'step', 'thread'],
  thread: ['routes', 'step'],
};

/** Who may know whom, for the parts of src that stand outside the pipeline's order. */
const LAYERS: readonly { readonly from: RegExp; readonly mayNot: RegExp; readonly why: string }[] = [
  { from: /^kernel$/, mayNot: /^(?!kernel$)/, why: 'the kernel knows nobody' },
  { from: /^platform/, mayNot: /^(?!kernel$|platform)/, why: 'plumbing knows the kernel only' },
  {
    from: /^(?!api$|commands$|main$)/,
    mayNot: /^(api|commands|main)$/,
    why: 'nobody but the edges knows the edges',
  },
  { from: /^api$/, mayNot: /^(commands|main)$/, why: 'the edges below do not know the commands' },
  {
    from: /^(pipeline|registry|tracking|connectors)/,
    mayNot: /^oversight/,
    why: 'oversight watches and is never asked',
  },
];

const PACKAGE_HOMES: readonly { readonly name: RegExp; readonly homes: RegExp; readonly why: string }[] = [
  {
    name: /^pg(-|$)/,
    homes: /^server\/(src\/platform\/|test\/)|^bench\//,
    why: "connections are the platform's",
  },
  {
    name: /^(fastify|@fastify\/|fastify-|@scalar\/)/,
    homes: /^server\/src\/(api|platform)\/|\.routes\.ts$|^bench\//,
    why: 'HTTP stays at the edge',
  },
  {
    name: /^undici$/,
    homes: /^server\/src\/platform\/|^bench\/|^simulators\//,
    why: 'what leaves the house goes through one client',
  },
];

/** The room of a file of src: "kernel", "pipeline/ledger", "registry", "main" ...; undefined outside of src. */
export function roomOf(path: string): string | undefined {
  if (!path.startsWith(SRC)) return undefined;
  const parts = path.slice(SRC.length).split('/');
  const [first = '', second = ''] = parts;
  if (parts.length === 1) return first.replace(/\.ts$/, '');
  // The worker and the conveyor are one machine, in two places.
  if (first === 'pipeline' && second === 'conveyor') return 'pipeline';
  const deep = parts.length > 2 && (GROUPS.includes(first) || first === 'platform');
  return deep ? `${first}/${second}` : first;
}

/** What a file may do, by its name. */
export function roleOf(path: string): Role {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.endsWith('.test.ts')) return 'test';
  if (name === 'index.ts') return 'index';
  if (name === 'facts.ts') return 'facts';
  return ROLES.find((role) => name.endsWith(`.${role}.ts`)) ?? 'plain';
}

/** True for files that must be pure: those without a role and facts, in rooms that think. */
export function isPure(path: string): boolean {
  const room = roomOf(path);
  if (room === undefined || NOT_PURE.test(room)) return false;
  const role = roleOf(path);
  if (role === 'facts') return true;
  return role === 'plain' && !MACHINERY.some(({ at }) => at.test(path.slice(SRC.length)));
}

function stageOf(room: string | undefined): number {
  const [group, name] = (room ?? '').split('/');
  return group === 'pipeline' ? STAGES.findIndex((stage) => stage === name) : -1;
}

/** Checks each import of a source that is no test; a test may reach into the room it tests. */
function eachImport(
  check: (entry: Import, source: Source, all: readonly Source[]) => string | undefined,
): Rule['check'] {
  return (source, all) => {
    if (roleOf(source.path) === 'test') return [];
    return source.imports.flatMap((entry) => {
      const fault = check(entry, source, all);
      return fault === undefined ? [] : [`${source.path}:${entry.line} imports ${entry.specifier}: ${fault}`];
    });
  };
}

function noMark(kinds: readonly MarkKind[], where: (path: string) => boolean): Rule['check'] {
  return (source) =>
    where(source.path)
      ? source.marks
          .filter((mark) => kinds.includes(mark.kind))
          .map((mark) => `${source.path}:${mark.line} ${mark.text}`)
      : [];
}

/** True for a breach of the rule for pure files: a package, a module of the runtime, or a file that is not pure. */
function faultOfPureImport(
  { specifier, target, typeOnly }: Import,
  { path }: Source,
  all: readonly Source[],
): string | undefined {
  if (!isPure(path)) return undefined;
  if (target === undefined) {
    // The types of the wire leave nothing behind at run time, and say to the compiler what the schemas enforce.
    if (typeOnly && specifier === '@plumbline/contract') return undefined;
    return PURE_EXCEPTIONS[path.slice(SRC.length)] === specifier
      ? undefined
      : 'a pure file imports no package';
  }
  const [mine, theirs] = [roomOf(path), roomOf(target)];
  if (theirs === 'kernel' || roleOf(target) === 'facts') return undefined;
  if (target.endsWith('.json') && mine === theirs) return undefined;
  if (typeOnly && mine === theirs && isPure(target) && COMPUTED_TYPES.has(path.slice(SRC.length)))
    return undefined;
  if (roleOf(path) === 'facts') return 'facts know the kernel and other facts only';
  if (target === `${SRC}pipeline/stages.ts` || isPureDoor(target, all)) return undefined;
  return mine === theirs && isPure(target)
    ? undefined
    : 'a pure file imports only pure files: the kernel, facts, those of its room, and doors behind which all is pure';
}

/** True for the door of a room that opens on pure files only; entering it keeps a pure file pure. */
function isPureDoor(target: string, all: readonly Source[]): boolean {
  const door = roleOf(target) === 'index' ? all.find(({ path }) => path === target) : undefined;
  return door?.imports.every((entry) => entry.target !== undefined && isPure(entry.target)) ?? false;
}

function faultOfDoor({ target }: Import, { path }: Source): string | undefined {
  const [mine, theirs] = [roomOf(path), target === undefined ? undefined : roomOf(target)];
  if (target === undefined || mine === undefined || theirs === undefined || theirs === mine) return undefined;
  if (OPEN_ROOMS.test(theirs) || ['index', 'facts'].includes(roleOf(target))) return undefined;
  // What lies in a group directly belongs to all its rooms; and a group may list the data of its rooms.
  if (mine.startsWith(`${theirs}/`)) return undefined;
  if (theirs.startsWith(`${mine}/`) && target.endsWith('.json')) return undefined;
  return 'a room is entered by its index.ts or its facts.ts';
}

/** Stages that know a later one, each with its reason; written as "from → to". */
const ORDER_EXCEPTIONS: Readonly<Record<string, string>> = {
  'intake → mapping':
    'the door stores a delivery and the events mapped from it in one transaction (design.md 2)',
};

function faultOfOrder({ target }: Import, { path }: Source): string | undefined {
  const [mine, theirs] = [stageOf(roomOf(path)), stageOf(target === undefined ? undefined : roomOf(target))];
  if (mine < 0 || theirs < 0) return undefined;
  if (ORDER_EXCEPTIONS[`${STAGES[mine]} → ${STAGES[theirs]}`] !== undefined) return undefined;
  return theirs > mine ? `${STAGES[theirs]} lies downstream of ${STAGES[mine]}` : undefined;
}

function faultOfLayer({ target }: Import, { path }: Source): string | undefined {
  const [mine, theirs] = [roomOf(path), target === undefined ? undefined : roomOf(target)];
  if (mine === undefined || theirs === undefined) return undefined;
  return LAYERS.find((layer) => layer.from.test(mine) && layer.mayNot.test(theirs))?.why;
}

function faultOfRole({ target, typeOnly }: Import, { path }: Source): string | undefined {
  if (target === undefined || roomOf(path) === undefined) return undefined;
  const [mine, theirs] = [roleOf(path), roleOf(target)];
  // The shape of a row is the same whether it is read or written.
  if (typeOnly && mine === 'views' && theirs === 'store') return undefined;
  return ROLE_MAY_NOT_IMPORT[mine]?.includes(theirs)
    ? `a ${mine} file does not know a ${theirs} file`
    : undefined;
}

function faultOfPackage({ specifier, target }: Import, { path }: Source): string | undefined {
  if (target !== undefined) return undefined;
  return PACKAGE_HOMES.find(({ name, homes }) => name.test(specifier) && !homes.test(path))?.why;
}

function faultOfContract({ specifier, target }: Import, { path }: Source): string | undefined {
  if (!path.startsWith('contract/')) return undefined;
  if (target === undefined)
    return /^zod(\/|$)/.test(specifier) ? undefined : 'the contract depends on the schema library only';
  return target.startsWith('contract/') ? undefined : 'the contract knows nobody';
}

function faultOfPath({ specifier, target }: Import): string | undefined {
  return target === undefined || /\.(ts|json)$/.test(specifier)
    ? undefined
    : 'a relative import names its file with its ending';
}

/** Every cycle through this file in which it comes first by name, so that each is told once. */
function cyclesFrom(source: Source, all: readonly Source[]): string[] {
  const byPath = new Map(all.map((entry) => [entry.path, entry]));
  const seen = new Set<string>();
  const walk = (path: string, way: readonly string[]): string[] | undefined => {
    for (const { target } of byPath.get(path)?.imports ?? []) {
      if (target === source.path) return [...way, target];
      if (target === undefined || target < source.path || seen.has(target)) continue;
      seen.add(target);
      const found = walk(target, [...way, target]);
      if (found) return found;
    }
    return undefined;
  };
  const cycle = walk(source.path, [source.path]);
  return cycle ? [`import cycle: ${cycle.join(' → ')}`] : [];
}

const FILE_NAME = new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${ROLES.join('|')}))?(\\.(db\\.)?test)?\\.ts$`);
const NO_NAMES = new Set(['shared', 'utils', 'util', 'helpers', 'helper']);

function faultsOfName({ path }: Source): string[] {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  const faults: string[] = [];
  const words = parts.find((part) => NO_NAMES.has(part.replace(/\..*$/, '')));
  if (words !== undefined) faults.push(`${path}: "${words}" says nothing of what is in it`);
  if (path.startsWith(SRC) && !FILE_NAME.test(name)) {
    faults.push(`${path}: a file is named in kebab-case with one of the roles ${ROLES.join(', ')}, or none`);
  }
  return faults;
}

const inSrc = (path: string): boolean => path.startsWith(SRC) && roleOf(path) !== 'test';
const mayHoldSql = (path: string): boolean =>
  ['store', 'views'].includes(roleOf(path)) || path.startsWith(`${SRC}platform/`);

/** All rules, in the order in which their findings are shown. */
export const RULES: readonly Rule[] = [
  {
    name: 'names',
    promise: 'files are named by their role, and no folder hides coupling',
    check: faultsOfName,
  },
  {
    name: 'paths',
    promise: 'relative imports name the file with its ending',
    check: eachImport(faultOfPath),
  },
  {
    name: 'pure_imports',
    promise: 'pure files import only pure files',
    check: eachImport(faultOfPureImport),
  },
  {
    name: 'pure_calls',
    promise: 'pure files take time and chance as parameters',
    check: noMark(['clock_or_chance'], isPure),
  },
  { name: 'doors', promise: 'a room is entered by its door or its facts', check: eachImport(faultOfDoor) },
  { name: 'stage_order', promise: 'a stage never knows a later one', check: eachImport(faultOfOrder) },
  { name: 'layers', promise: 'plumbing knows no room, rooms know no edge', check: eachImport(faultOfLayer) },
  { name: 'roles', promise: 'a role knows only the roles below it', check: eachImport(faultOfRole) },
  {
    name: 'packages',
    promise: 'driver, HTTP server and HTTP client have one home',
    check: eachImport(faultOfPackage),
  },
  {
    name: 'contract',
    promise: 'the wire schemas depend on the schema library only',
    check: eachImport(faultOfContract),
  },
  { name: 'cycles', promise: 'there are no import cycles', check: cyclesFrom },
  {
    name: 'sql_home',
    promise: 'SQL is in stores, views and the platform',
    check: noMark(['sql_read', 'sql_write'], (path) => inSrc(path) && !mayHoldSql(path)),
  },
  {
    name: 'views_read',
    promise: 'views only read',
    check: noMark(['sql_write'], (path) => inSrc(path) && roleOf(path) === 'views'),
  },
  {
    name: 'no_default_exports',
    promise: 'a thing has one name everywhere',
    check: noMark(['default_export'], () => true),
  },
  {
    name: 'erasable',
    promise: 'types can be stripped: no enums, no namespaces',
    check: noMark(['enum', 'namespace'], () => true),
  },
  { name: 'no_any', promise: 'nothing escapes the type checker', check: noMark(['any'], () => true) },
];

/** From this many lines a file is told to be split, and beyond the second number it is refused. */
export const LENGTHS = { warn: 400, refuse: 500 } as const;

/**
 * Files that are longer than the limit: the ratchet names those that may be, with a length they must not exceed.
 * A file of the ratchet that has become short enough must leave it.
 */
export function findLongFiles(
  sources: readonly Source[],
  ratchet: Readonly<Record<string, number>>,
): string[] {
  const faults = sources
    .filter(({ path, lines }) => roleOf(path) !== 'test' && lines > (ratchet[path] ?? LENGTHS.refuse))
    .map(
      ({ path, lines }) =>
        `${path} has ${lines} lines; at most ${ratchet[path] ?? LENGTHS.refuse} are allowed`,
    );
  const lines = new Map(sources.map((source) => [source.path, source.lines]));
  const stale = Object.keys(ratchet).filter((path) => (lines.get(path) ?? 0) <= LENGTHS.refuse);
  return [...faults, ...stale.map((path) => `${path} is short enough now: take it off the ratchet`)];
}
