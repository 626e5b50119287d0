import { addCalendarDays, localDate, startOfDate } from '../../kernel/zone.ts';
import type { Instant } from '../../kernel/instant.ts';
import { isUuid } from '../../kernel/ids.ts';
import { laneOf } from '../../kernel/lane.ts';
import { badCursor, decodeCursor } from '../../platform/http/paging.ts';
import { unprocessable } from '../../platform/http/problem.ts';
import type { Tx } from '../../platform/db.ts';
import { findProgramDay } from '../figures/index.ts';
import { listIdsByValue, whereActive } from './customers.views.ts';
import type { CustomerFilter, CustomerRow } from './customers.views.ts';

type State = 'active' | 'dormant' | 'churned' | 'never';

/** The last active days that make a state, today, by the program's thresholds. Throws 422 without a program: its days are its own. */
export async function activityOf(
  tx: Tx,
  asked: {
    readonly state: State | undefined;
    readonly programId: string | undefined;
    readonly now: Instant;
  },
): Promise<CustomerFilter['activity']> {
  const { state, programId } = asked;
  if (state === undefined || state === 'never') return state;
  if (programId === undefined)
    throw unprocessable(
      'program_needed',
      'state needs programId: the days and thresholds of a program are its own; add programId=prg_...',
    );
  const { zone, today, dormancy } = await findProgramDay(tx, programId, asked.now);
  const daysAgo = (days: number): string =>
    localDate(addCalendarDays(startOfDate(today, zone), -days, zone), zone);
  if (state === 'active') return { from: daysAgo(dormancy.dormantAfterDays - 1), to: '9999-12-31' };
  if (state === 'churned') return { from: '0001-01-01', to: daysAgo(dormancy.churnedAfterDays) };
  return { from: daysAgo(dormancy.churnedAfterDays - 1), to: daysAgo(dormancy.dormantAfterDays) };
}

/** Where a page by inactivity goes on: behind this day and customer. */
export interface InactivePlace {
  readonly day: string;
  readonly id: string;
}

const NEVER = '9999-99-99';

export function inactiveAfter(cursor: string | undefined): InactivePlace | undefined {
  const [day, id] = decodeCursor(cursor, 2) ?? [];
  if (day === undefined || id === undefined) return undefined;
  if (!isUuid(id) || !/^\d{4}-\d{2}-\d{2}$/.test(day)) throw badCursor();
  return { day, id };
}

export function inactivityCursorOf(row: CustomerRow): [string, string] {
  return [row.last_active_day ?? NEVER, row.id];
}

/** By the last active day, oldest first, those who never were last; over all lanes, one row more than the limit. */
export async function listByInactivity(
  tx: Tx,
  filter: Omit<CustomerFilter, 'before'> & { readonly after: InactivePlace | undefined },
): Promise<CustomerRow[]> {
  const found = filter.search === undefined ? undefined : await listIdsByValue(tx, filter.search);
  const among =
    found === undefined
      ? ''
      : 'join unnest($6::smallint[], $7::uuid[]) as k (lane, id) on c.lane = k.lane and c.id = k.id';
  return tx.rows<CustomerRow>(
    `select c.* from customer c ${among}
     where ($1::uuid is null or c.program_id = $1) and ($2::uuid is null or c.partner_id = $2)
       and ($3::text is null or (coalesce(c.last_active_day, '${NEVER}'), c.id) > ($3, $4::uuid)) ${whereActive(filter.activity)}
     order by coalesce(c.last_active_day, '${NEVER}'), c.id limit $5`,
    [
      filter.programId ?? null,
      filter.partnerId ?? null,
      filter.after?.day ?? null,
      filter.after?.id ?? null,
      filter.limit + 1,
      ...(found === undefined ? [] : [found.map((id) => laneOf('customer', id)), found]),
    ],
  );
}
