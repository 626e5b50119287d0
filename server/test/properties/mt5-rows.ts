// Positions of a world as rows of MetaTrader 5, in the fields and units of its Web API.
import type { Minute, World } from './world.ts';

/** Hours that the server's clock is ahead of UTC. */
export const SERVER_OFFSET_HOURS = 3;

/** Row fields as the platform writes them, and beside them what the test says about the row. */
export interface Mt5Row {
  readonly Deal: string;
  readonly at: Minute;
  readonly feature: string;
  /** A later state of a row that was told before: the platform took it back. */
  readonly cancels: boolean;
  readonly fields: Readonly<Record<string, string>>;
}

type Position = World['positions'][number];
type Entry = Position['rows'][number]['entry'] | 'open';

const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const ENTRY: Readonly<Record<string, string>> = {
  open: '0',
  in: '0',
  out: '1',
  service: '1',
  inout: '2',
  out_by: '3',
};

export function rowsOf(world: World): Mt5Row[] {
  return world.positions.flatMap((position, index) => rowsOfPosition(world, position, index));
}

function rowsOfPosition(world: World, position: Position, index: number): Mt5Row[] {
  const told: Mt5Row[] = [];
  let at = position.at;
  let number = index * 100;
  const add = (
    entry: Entry,
    lots: number,
    more: { of?: number; comment?: string; order?: string } = {},
  ): void => {
    number += 1;
    const owner = world.positions[more.of ?? index] ?? position;
    told.push(
      rowOf(owner, {
        of: more.of ?? index,
        number,
        at,
        entry,
        lots,
        comment: more.comment ?? '',
        order: more.order ?? String(7000 + number),
      }),
    );
  };
  if (!position.lostOpening) add('open', position.lots);
  for (const row of position.rows) {
    at += row.after;
    const other = (index + 1) % world.positions.length;
    if (row.entry === 'out_by' && other !== index) {
      const order = String(8000 + number);
      add('out_by', row.lots, { comment: `close hedge by #${ticketOf(other)}`, order });
      add('out_by', row.lots, { of: other, comment: `close hedge by #${ticketOf(index)}`, order });
    } else {
      add(row.entry === 'out_by' ? 'out' : row.entry, row.lots);
    }
  }
  const taken = position.cancelled === null ? undefined : told[position.cancelled];
  return taken === undefined || taken.fields['PositionID'] === '0' ? told : [...told, cancel(taken)];
}

function ticketOf(position: number): string {
  return String(5000 + position);
}

interface RowParts {
  readonly of: number;
  readonly number: number;
  readonly at: Minute;
  readonly entry: Entry;
  readonly lots: number;
  readonly comment: string;
  readonly order: string;
}

function rowOf(position: Position, parts: RowParts): Mt5Row {
  const { of, number, at, entry, lots, comment, order } = parts;
  const opens = entry === 'open' || entry === 'in';
  const balance = entry === 'balance';
  const wall = BEGIN + at * 60_000 + SERVER_OFFSET_HOURS * 3_600_000;
  const volume = String(lots * 100);
  return {
    Deal: String(100_000 + number),
    at,
    feature: `mt5 ${entry}`,
    cancels: false,
    fields: {
      Deal: String(100_000 + number),
      ExternalID: '',
      Login: `90${position.login}`,
      Dealer: '0',
      Order: balance ? '0' : order,
      Action: balance ? '2' : position.sell === opens ? '1' : '0',
      Entry: balance ? '0' : (ENTRY[entry] ?? '0'),
      Reason: entry === 'service' ? '12' : '0',
      Digits: '5',
      DigitsCurrency: '2',
      ContractSize: '100000.00',
      Time: String(Math.floor(wall / 1000)),
      TimeMsc: String(wall),
      Symbol: balance ? '' : position.gold ? 'XAUUSD' : 'EURUSD',
      Price: position.gold ? '2330.15' : '1.07215',
      Volume: balance ? '0' : volume,
      VolumeExt: balance ? '0' : `${volume}0000`,
      Profit: '1.00',
      Storage: '0.00',
      Commission: '0.00',
      Fee: '0.00',
      PositionID: balance ? '0' : ticketOf(of),
      Comment: comment,
      VolumeClosed: opens || balance ? '0' : entry === 'inout' ? String(lots * 50) : volume,
      VolumeClosedExt: '0',
    },
  };
}

function cancel(row: Mt5Row): Mt5Row {
  const { fields } = row;
  return {
    ...row,
    cancels: true,
    feature: 'mt5 cancelled',
    fields: { ...fields, Action: fields['Action'] === '0' ? '13' : '14' },
  };
}
