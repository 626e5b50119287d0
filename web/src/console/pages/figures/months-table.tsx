import type { customerFigures, partnerFiguresReply } from '@plumbline/contract';
import type { Wire } from '../../../api/types.ts';
import { Money } from '../../../components/money.tsx';
import { groupedDecimal, wholeNumber } from '../../../components/number-format.ts';
import { ScrollRegion } from '../../../components/scroll-region.tsx';
import classes from './months-table.module.css';

type MoneyOf = Wire<typeof customerFigures>['money'][number];

/** One time with what happened in it; counts that only partners or only customers have are columns of their own. */
export interface FiguresRow {
  readonly period: string;
  readonly counts: readonly (number | string | null)[];
  readonly money: readonly MoneyOf[];
}

export const customerRow = ({
  month,
  activeDays,
  trades,
  lots,
  money,
}: Wire<typeof customerFigures>['months'][number]): FiguresRow => ({
  period: month,
  counts: [activeDays, trades, lots],
  money,
});
export const CUSTOMER_COUNTS = ['Active days', 'Trades', 'Lots'] as const;

export const partnerRow = ({
  period,
  leads,
  firstDepositors,
  activeCustomers,
  lots,
  money,
}: Wire<typeof partnerFiguresReply>['own'][number]): FiguresRow => ({
  period,
  counts: [leads, firstDepositors, activeCustomers, lots],
  money,
});
export const PARTNER_COUNTS = ['Leads', 'First depositors', 'Active customers', 'Lots'] as const;

const AMOUNTS = [
  ['Deposits', 'deposits'],
  ['Net deposits', 'netDeposits'],
  ['NGR as told', 'ngr'],
] as const;

/** What happened month by month, newest first; amounts of several currencies stand below each other, none is converted. */
export function MonthsTable({
  label,
  counts,
  rows,
}: {
  label: string;
  counts: readonly string[];
  rows: readonly FiguresRow[];
}) {
  return (
    <ScrollRegion label={label} minWidth={560} maxHeight={320}>
      <table className={classes.table}>
        <caption className={classes.caption}>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Month</th>
            {[...counts, ...AMOUNTS.map(([name]) => name)].map((name) => (
              <th key={name} scope="col" className={classes.end}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.toReversed().map(({ period, counts: values, money }) => (
            <tr key={period}>
              <th scope="row">{period}</th>
              {values.map((value, index) => (
                <td key={counts[index]} className={classes.end}>
                  <span className="figures">{sayCount(value)}</span>
                </td>
              ))}
              {AMOUNTS.map(([name, field]) => (
                <td key={name} className={classes.end}>
                  {money.length === 0
                    ? '–'
                    : money.map((one) => (
                        <div key={one.currency}>
                          <Money amount={one[field]} currency={one.currency} />
                        </div>
                      ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function sayCount(value: number | string | null): string {
  if (value === null) return '–';
  return typeof value === 'number' ? wholeNumber(value) : groupedDecimal(value);
}
