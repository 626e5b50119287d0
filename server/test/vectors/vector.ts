// What a golden vector is, and the rows in which outside systems would tell it.

/** A document of the deal language, as somebody would write it. */
export type Terms = Readonly<Record<string, unknown>>;

/** One row of a delivery. `crm` registers customers and tells in our own shape; `mt5` tells raw deals of an MT5 server. */
export interface Row {
  readonly source: 'crm' | 'mt5';
  readonly body: Readonly<Record<string, unknown>>;
}

/** A person's word on a customer, told among the deliveries. */
export interface Said {
  readonly customer: string;
  /** Whose the customer is from this instant on. */
  readonly partner: string;
  readonly from: string;
}

/** What one month is worth by one component. */
export interface Month {
  /** Default: the leaf. */
  readonly partner?: string;
  /** Default: the first component of its deal. */
  readonly component?: string;
  readonly month: string;
  readonly pays: string;
  readonly reason?: string;
  readonly carry?: object;
  /** Amounts of steps, by their names. */
  readonly steps?: Readonly<Record<string, string>>;
}

/** A row of semantics.md 13 with its deal, what outside systems tell, and what has to come of it. */
export interface Vector {
  /** As in semantics.md; cases of one vector have a letter behind it. */
  readonly id: string;
  /** Names of partners from the top to the leaf, whose code the customers name. Default: the leaf alone. */
  readonly chain?: readonly string[];
  /** Partners beside the chain. */
  readonly others?: readonly string[];
  /** Documents by partner; several begin each at an instant, the first from the beginning. */
  readonly deals: Readonly<Record<string, Terms | readonly (readonly [from: string, Terms])[]>>;
  readonly rows: readonly Row[];
  readonly says?: readonly Said[];
  /** What is paid to the leaf when all of these are decided: everything payable; the amount must be exactly that. */
  readonly pays?: { readonly amount: string; readonly at: string };
  /** What outside systems tell after the payment. */
  readonly afterwards?: readonly Row[];
  /** Totals of partners: what is owed to them. Who is not named has nothing. */
  readonly earns: Readonly<Record<string, string>>;
  /** What of it is approved when all holds are over. */
  readonly approved?: Readonly<Record<string, string>>;
  readonly months?: readonly Month[];
  /** By external id: 'partner amount' of each line from the top to the leaf, and the reason of a zero. */
  readonly events?: Readonly<Record<string, readonly string[]>>;
  /** What explanations say: of an event (its external id) or of a month ('leaf share 2026-01'), in the partner's or the operator's words. */
  readonly explains?: readonly (readonly [of: string, words: RegExp])[];
}

/** The partner to whom the customers belong, where nothing else is said. */
export const LEAF = 'leaf';

/** A deal in dollars of one component, or of several. */
export function deal(...components: readonly Terms[]): Terms {
  return { currency: 'USD', components };
}

/** The registration of a customer by the code of a partner. A customer has one login, of the same name. */
export function player(name: string, at = '2026-01-02T00:00:00Z', more: object = {}): Row {
  return {
    source: 'crm',
    body: {
      kind: 'registration',
      externalId: `r-${name}`,
      occurredAt: at,
      identifiers: [
        { namespace: 'customer', value: name },
        { namespace: 'mt5:live', value: `9${name.replaceAll(/\D/g, '')}` },
      ],
      code: LEAF,
      ...more,
    },
  };
}

/** Something that happened to a customer. */
export function happened(kind: string, id: string, more: Readonly<Record<string, unknown>> = {}): Row {
  const { customer = 'p1', at = '2026-01-10T12:00:00Z', amount, ...rest } = more;
  return {
    source: 'crm',
    body: {
      kind,
      externalId: id,
      occurredAt: at,
      identifiers: [{ namespace: 'customer', value: customer }],
      ...(amount === undefined ? {} : { amount, currency: 'USD' }),
      ...rest,
    },
  };
}

/** Figures of a report row. */
export function reported(id: string, measures: object, more: object = {}): Row {
  return happened('activity_day', id, { measures, currency: 'USD', ...more });
}

export interface Trade {
  readonly symbol?: string;
  readonly lots?: string;
  readonly side?: 'buy' | 'sell';
  readonly seconds?: number;
  readonly open?: string;
  readonly close?: string;
  readonly contractSize?: string;
  readonly profit?: string;
  readonly swap?: string;
  readonly commission?: string;
  readonly accountType?: string;
  /** Figures that the closing tells. */
  readonly measures?: object;
}

const OPENED = Date.parse('2026-01-12T10:00:00Z');

/** A position of customer p1, opened and closed, in our own shape: `<id>-in`, `<id>-out`. */
export function trade(id: string, told: Trade = {}): Row[] {
  const { symbol = 'EURUSD', lots = '1', side = 'buy', seconds = 3600, contractSize = '100000' } = told;
  const execution = { account: 'live:91', position: id, symbol, lots, contractSize };
  const row = (entry: 'in' | 'out', after: number, more: { execution: object }): Row => ({
    source: 'crm',
    body: {
      kind: 'execution',
      recordType: 'deal',
      externalId: `${id}-${entry}`,
      occurredAt: new Date(OPENED + after * 1000).toISOString(),
      identifiers: [{ namespace: 'mt5:live', value: '91' }],
      currency: 'USD',
      ...(told.accountType === undefined ? {} : { extra: { accountType: told.accountType } }),
      ...more,
      execution: { ...execution, entry, ...more.execution },
    },
  });
  const { profit, swap, commission, measures } = told;
  return [
    row('in', 0, { execution: { side, price: told.open ?? '1.1' } }),
    row('out', seconds, {
      ...(measures === undefined ? {} : { measures }),
      execution: {
        side: side === 'buy' ? 'sell' : 'buy',
        price: told.close ?? '1.2',
        ...(profit === undefined ? {} : { profit }),
        ...(swap === undefined ? {} : { swap }),
        ...(commission === undefined ? {} : { commission }),
      },
    }),
  ];
}

/** A raw row of an MT5 server: `volume` in ten-thousandths of a lot, `after` in seconds. */
export function mt5Deal(
  position: number,
  told: {
    readonly id: number;
    readonly entry: 'in' | 'out';
    readonly action: 'buy' | 'sell';
    readonly volume: number;
    readonly after?: number;
    readonly symbol?: string;
    /** In hundred-millionths of a lot; default: not told. */
    readonly volumeExt?: number;
    readonly login?: string;
  },
): Row {
  const { id, entry, action, volume, after = 0, symbol = 'EURUSD', volumeExt = 0, login = '91' } = told;
  return {
    source: 'mt5',
    body: {
      Deal: String(id),
      Login: login,
      Order: String(id),
      Action: action === 'buy' ? '0' : '1',
      Entry: entry === 'in' ? '0' : '1',
      Reason: '0',
      ContractSize: '100000.00',
      TimeMsc: String(OPENED + after * 1000),
      Symbol: symbol,
      Price: '1.10000',
      Volume: String(volume),
      VolumeExt: String(volumeExt),
      PositionID: String(position),
      Profit: '5.00',
      Storage: '0.00',
      Commission: '0.00',
      Fee: '0.00',
      Comment: '',
    },
  };
}
