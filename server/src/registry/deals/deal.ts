import { isCurrency } from '../../kernel/money.ts';
import { DocumentReader } from './document-reader.ts';
import type { DealProblem } from './document-reader.ts';
import type { CpaComponent, DealComponent, DealDocument, PerLotComponent, RateRow } from './facts.ts';

/** What a document means where it says nothing (semantics.md 14, rules.md 5). The schema shows the same values. */
export const DEAL_DEFAULTS = {
  rounding: 'half_even',
  levelsMode: 'additive_fixed',
  maxDepth: 5,
  minimumDurationSeconds: 180,
  perLotHoldDays: 0,
  firstDeposit: 'single_first',
  minimumDeposit: '0',
  windowDays: 30,
  requireKyc: false,
  termsAt: 'attribution',
  cpaHoldDays: 30,
} as const;

/** Bounds of the whole numbers of a document. */
export const DEAL_BOUNDS = {
  maxDepth: { min: 1, max: 20 },
  minimumDurationSeconds: { min: 0, max: 86_400 },
  days: { min: 0, max: 365 },
  windowDays: { min: 1, max: 3_650 },
} as const;

export type ParsedDeal =
  | { readonly ok: true; readonly value: DealDocument }
  | {
      readonly ok: false;
      readonly reason: 'bad_deal';
      readonly detail: string;
      readonly problems: readonly DealProblem[];
    };

/**
 * Reads a deal document of whatever origin: refuses unknown keys, fills in every default, makes decimals canonical, and answers with
 * every problem at once. Reading its own output gives the same document again.
 */
export function parseDeal(document: unknown): ParsedDeal {
  const reader = new DocumentReader();
  const fields = reader.object('$', document, ['currency', 'rounding', 'symbolGroups', 'components']);
  const currency = readCurrency(reader, fields['currency']);
  const rounding = reader.choice('$.rounding', fields['rounding'], {
    choices: ['half_even', 'half_up'],
    fallback: DEAL_DEFAULTS.rounding,
  });
  const symbolGroups = readSymbolGroups(reader, fields['symbolGroups']);
  const components = reader.list('$.components', fields['components']).map((value, index) =>
    readComponent(reader, {
      path: `$.components[${index}]`,
      value,
      currency,
      groups: Object.keys(symbolGroups),
    }),
  );
  if (Array.isArray(fields['components']) && components.length === 0)
    reader.report('$.components', 'must hold at least one component');
  reportRepeats(
    reader,
    components.map((component) => component.id),
    (index) => [`$.components[${index}].id`, 'is used twice; give each component its own id'],
  );
  const [first] = reader.problems;
  if (first === undefined && currency !== undefined)
    return { ok: true, value: { currency, rounding, symbolGroups, components } };
  const detail = reader.problems.map(({ path, problem }) => `${path} ${problem}`).join('; ');
  return { ok: false, reason: 'bad_deal', detail, problems: reader.problems };
}

function readCurrency(reader: DocumentReader, value: unknown): string | undefined {
  if (typeof value === 'string' && isCurrency(value)) return value;
  reader.report('$.currency', 'must be a known currency code in capital letters, such as "USD"');
  return undefined;
}

function readSymbolGroups(reader: DocumentReader, value: unknown): Record<string, readonly string[]> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reader.report('$.symbolGroups', 'must be an object of names, each with a list of symbols');
    return {};
  }
  const groups: Record<string, readonly string[]> = {};
  const owner = new Map<string, string>();
  for (const [name, listed] of Object.entries(value)) {
    const path = `$.symbolGroups.${name}`;
    reader.id(path, name);
    const symbols = reader
      .list(path, listed)
      .map((symbol, index) => reader.text(`${path}[${index}]`, symbol, 'a symbol'));
    groups[name] = symbols;
    for (const [index, symbol] of symbols.entries()) {
      const other = owner.get(symbol);
      if (other !== undefined)
        reader.report(
          `${path}[${index}]`,
          `"${symbol}" stands in the group "${other}" already; a symbol has one group`,
        );
      owner.set(symbol, name);
    }
  }
  return groups;
}

interface ComponentInput {
  readonly path: string;
  readonly value: unknown;
  readonly currency: string | undefined;
  readonly groups: readonly string[];
}

function readComponent(reader: DocumentReader, input: ComponentInput): DealComponent {
  const kind =
    typeof input.value === 'object' && input.value !== null
      ? (input.value as Record<string, unknown>)['kind']
      : undefined;
  if (kind === 'cpa') return readCpa(reader, input);
  if (kind !== 'per_lot')
    reader.choice(`${input.path}.kind`, kind, {
      choices: ['per_lot', 'cpa'],
      hint: 'other kinds are a later capability',
    });
  return readPerLot(reader, input);
}

const PER_LOT_FIELDS = [
  'id',
  'kind',
  'levels',
  'rates',
  'overrides',
  'minimumDurationSeconds',
  'excludedSymbols',
  'holdDays',
];

function readPerLot(reader: DocumentReader, { path, value, groups }: ComponentInput): PerLotComponent {
  const fields = reader.object(path, value, PER_LOT_FIELDS);
  const rates = readRates(reader, { path: `${path}.rates`, value: fields['rates'], groups });
  if (Array.isArray(fields['rates']) && rates.length === 0)
    reader.report(`${path}.rates`, 'must hold at least one rate');
  return {
    id: reader.id(`${path}.id`, fields['id']),
    kind: 'per_lot',
    levels: readLevels(reader, `${path}.levels`, fields['levels']),
    rates,
    overrides:
      fields['overrides'] === undefined
        ? []
        : readRates(reader, { path: `${path}.overrides`, value: fields['overrides'], groups }),
    minimumDurationSeconds: reader.integer(
      `${path}.minimumDurationSeconds`,
      fields['minimumDurationSeconds'],
      {
        ...DEAL_BOUNDS.minimumDurationSeconds,
        fallback: DEAL_DEFAULTS.minimumDurationSeconds,
      },
    ),
    excludedSymbols: reader
      .list(`${path}.excludedSymbols`, fields['excludedSymbols'], [])
      .map((symbol, index) => reader.text(`${path}.excludedSymbols[${index}]`, symbol, 'a symbol')),
    holdDays: reader.integer(`${path}.holdDays`, fields['holdDays'], {
      ...DEAL_BOUNDS.days,
      fallback: DEAL_DEFAULTS.perLotHoldDays,
    }),
  };
}

const CPA_FIELDS = [
  'id',
  'kind',
  'amount',
  'override',
  'levels',
  'firstDeposit',
  'minimumDeposit',
  'windowDays',
  'requireKyc',
  'termsAt',
  'holdDays',
];

function readCpa(reader: DocumentReader, { path, value, currency }: ComponentInput): CpaComponent {
  const fields = reader.object(path, value, CPA_FIELDS);
  const given = fields['windowDays'];
  return {
    id: reader.id(`${path}.id`, fields['id']),
    kind: 'cpa',
    amount: reader.money(`${path}.amount`, fields['amount'], currency),
    override:
      fields['override'] === undefined || fields['override'] === null
        ? null
        : reader.money(`${path}.override`, fields['override'], currency),
    levels: readLevels(reader, `${path}.levels`, fields['levels']),
    firstDeposit: reader.choice(`${path}.firstDeposit`, fields['firstDeposit'], {
      choices: ['single_first'],
      fallback: DEAL_DEFAULTS.firstDeposit,
      hint: 'cumulative definitions are a later capability',
    }),
    minimumDeposit: reader.money(
      `${path}.minimumDeposit`,
      fields['minimumDeposit'] ?? DEAL_DEFAULTS.minimumDeposit,
      currency,
    ),
    windowDays:
      given === null
        ? null
        : reader.integer(`${path}.windowDays`, given, {
            ...DEAL_BOUNDS.windowDays,
            fallback: DEAL_DEFAULTS.windowDays,
          }),
    requireKyc: reader.flag(`${path}.requireKyc`, fields['requireKyc'], DEAL_DEFAULTS.requireKyc),
    termsAt: reader.choice(`${path}.termsAt`, fields['termsAt'], {
      choices: ['attribution', 'qualification'],
      fallback: DEAL_DEFAULTS.termsAt,
    }),
    holdDays: reader.integer(`${path}.holdDays`, fields['holdDays'], {
      ...DEAL_BOUNDS.days,
      fallback: DEAL_DEFAULTS.cpaHoldDays,
    }),
  };
}

function readLevels(reader: DocumentReader, path: string, value: unknown): PerLotComponent['levels'] {
  const fields = value === undefined ? {} : reader.object(path, value, ['mode', 'maxDepth']);
  return {
    mode: reader.choice(`${path}.mode`, fields['mode'], {
      choices: ['additive_fixed', 'difference'],
      fallback: DEAL_DEFAULTS.levelsMode,
      hint: 'additive_percent, pass_through and ratio are a later capability',
    }),
    maxDepth: reader.integer(`${path}.maxDepth`, fields['maxDepth'], {
      ...DEAL_BOUNDS.maxDepth,
      fallback: DEAL_DEFAULTS.maxDepth,
    }),
  };
}

function readRates(
  reader: DocumentReader,
  {
    path,
    value,
    groups,
  }: { readonly path: string; readonly value: unknown; readonly groups: readonly string[] },
): RateRow[] {
  const rows = reader.list(path, value).map((entry, index): RateRow => {
    const at = `${path}[${index}]`;
    const fields = reader.object(at, entry, ['symbol', 'group', 'accountType', 'rate']);
    const { symbol, group, accountType } = fields;
    if (group !== undefined && !groups.includes(String(group)))
      reader.report(`${at}.group`, `"${String(group)}" is not one of symbolGroups; define it there`);
    if (group !== undefined && symbol !== undefined)
      reader.report(`${at}.group`, 'a row names a symbol or a group, not both');
    return {
      ...(symbol === undefined ? {} : { symbol: reader.text(`${at}.symbol`, symbol, 'a symbol') }),
      ...(group === undefined ? {} : { group: reader.text(`${at}.group`, group, 'a group') }),
      ...(accountType === undefined
        ? {}
        : { accountType: reader.text(`${at}.accountType`, accountType, 'an account type') }),
      rate: reader.rate(`${at}.rate`, fields['rate']),
    };
  });
  const keys = rows.map((row) => JSON.stringify([row.symbol, row.group, row.accountType]));
  reportRepeats(reader, keys, (index) => [
    `${path}[${index}]`,
    'names the same symbol, group and account type as an earlier row; keep one',
  ]);
  return rows;
}

function reportRepeats(
  reader: DocumentReader,
  keys: readonly string[],
  problemAt: (index: number) => [string, string],
): void {
  for (const [index, key] of keys.entries()) {
    if (keys.indexOf(key) < index) reader.report(...problemAt(index));
  }
}
