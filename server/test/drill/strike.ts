// Loaded into every process of the drilled tree by `--import`, which nothing but a drill does. It strikes where an order
// lies in the drill's folder: once, at the pass that the order names. The variable PLUMBLINE_FAILPOINTS would strike again
// in every life of a process that is started again; these orders are used up.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { setFailpointHook } from '../../src/platform/failpoint.ts';
import type { FailpointName } from '../../src/platform/failpoint.ts';

/** What happens at the place: the process kills itself, or it stands there until the drill lets it go on. */
export interface StrikeOrder {
  readonly action: 'kill' | 'stand';
  /** 1 = the first pass after the order was given. */
  readonly pass: number;
}

/** The file names by which drill and struck process understand each other. */
export function orderFile(folder: string, name: FailpointName): string {
  return join(folder, `order ${name.replace(':', ' ')}`);
}
export function struckFile(folder: string, name: FailpointName, pid: number): string {
  return join(folder, `struck ${name.replace(':', ' ')} ${pid}`);
}
export function goFile(folder: string): string {
  return join(folder, 'go');
}

const folder = process.env['DRILL_FOLDER'];
const passes = new Map<FailpointName, number>();

async function strike(name: FailpointName, at: string): Promise<void> {
  const file = orderFile(at, name);
  if (!existsSync(file)) return;
  const pass = (passes.get(name) ?? 0) + 1;
  passes.set(name, pass);
  let order: StrikeOrder;
  try {
    order = JSON.parse(readFileSync(file, 'utf8')) as StrikeOrder;
    if (pass < order.pass) return;
    renameSync(file, struckFile(at, name, process.pid));
  } catch {
    // Another process was first, or the order was withdrawn.
    return;
  }
  passes.clear();
  if (order.action === 'kill') process.kill(process.pid, 'SIGKILL');
  while (!existsSync(goFile(at))) await wait(10);
}

if (folder !== undefined) setFailpointHook((name) => strike(name, folder));
