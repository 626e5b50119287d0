// What is said about a world: facts written by API, and reports of outside systems that can come through several doors.
import { rowsOf } from './mt5-rows.ts';
import type { Mt5Row } from './mt5-rows.ts';
import { customerName, timeOf } from './said.ts';
import type { Report, Stage, Statement } from './said.ts';
import { facts } from './said-facts.ts';
import { reportsOf } from './said-reports.ts';
import type { World } from './world.ts';
import { CUSTOMERS } from './world.ts';

/** Everything that is said about the world, in no order that means anything. */
export function statementsOf(world: World, stage: Stage): Statement[] {
  const reports = reportsOf(world, stage);
  return [...facts(world, stage), ...revised(world, reports), ...rowsOf(world).map(platformReport)];
}

/** Adds the later statements. Every statement of an event that has several carries a version, so that arrival never decides. */
function revised(world: World, reports: readonly Report[]): Report[] {
  const changes = Map.groupBy(world.revisions, (revision) => revision.report % Math.max(reports.length, 1));
  return reports.flatMap((original, index) => {
    const own = changes.get(index);
    if (own === undefined || original.event === undefined) return [original];
    const versions: Report[] = [versioned(original, original.event, 1)];
    let event = original.event;
    for (const { change, by } of own) {
      event = change === 'again' ? original.event : changed(event, change, by);
      versions.push({ ...versioned(original, event, versions.length + 1), feature: `revision: ${change}` });
    }
    return versions;
  });
}

function versioned(original: Report, event: Readonly<Record<string, unknown>>, version: number): Report {
  const { postback: _postback, ...rest } = original;
  return {
    ...rest,
    name: `${original.name}, version ${version}`,
    event: { ...event, version: String(version).padStart(3, '0') },
  };
}

function changed(
  event: Readonly<Record<string, unknown>>,
  change: 'amount' | 'time' | 'customer' | 'declined',
  by: number,
): Record<string, unknown> {
  switch (change) {
    case 'amount':
      return event['amount'] === undefined
        ? { ...event, country: ['DE', 'FR', 'IT'][by % 3] }
        : { ...event, amount: String(20 + 60 * by) };
    case 'time':
      return { ...withoutEnd(event), occurredAt: timeOf((by * 10 + 5) * 1440) };
    case 'customer':
      return event['link'] === undefined
        ? { ...event, identifiers: [{ namespace: 'customer', value: customerName(by % CUSTOMERS) }] }
        : { ...event, link: { ...(event['link'] as object), customerValue: customerName(by % CUSTOMERS) } };
    case 'declined':
      return event['link'] === undefined ? { ...event, status: 'declined' } : { ...event };
  }
}

/** A bar that begins at another time lasts until further notice: its end could be before it. */
function withoutEnd(event: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const told = event['customerStatus'] as { readonly status: string } | undefined;
  return told === undefined ? { ...event } : { ...event, customerStatus: { status: told.status } };
}

function platformReport(row: Mt5Row): Report {
  return {
    tag: 'report',
    name: `execution ${row.Deal}${row.cancels ? ' cancelled' : ''}`,
    feature: row.feature,
    source: 'live',
    at: row.at,
    row,
  };
}
