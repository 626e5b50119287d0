import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** One line about where the figures come from. */
export function describeMachine(postgres: string): string {
  const gib = (totalmem() / 1024 ** 3).toFixed(0);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} cores (${model}), ${gib} GiB, Node ${process.versions.node}, PostgreSQL ${postgres}`;
}

/** Load of the machine in the last minute: other work shares the cores and shows here. */
export function loadNow(): string {
  return (loadavg()[0] ?? 0).toFixed(2);
}

/** Resident memory of a process in MB, now and at its highest; 0 when it is gone. Linux only. */
export function memoryOf(pid: number): { now: number; peak: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mb = (name: string): number =>
      Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
    return { now: mb('VmRSS'), peak: mb('VmHWM') };
  } catch {
    return { now: 0, peak: 0 };
  }
}

/** Resident memory in MB of a process and all it has started, as a sum: now, and of the highest of each. Linux only. */
export function memoryOfTree(pid: number): { now: number; peak: number } {
  return [pid, ...childrenOf(pid)].map(memoryOf).reduce((sum, one) => ({
    now: sum.now + one.now,
    peak: sum.peak + one.peak,
  }));
}

/**
 * Resident memory in MB of a process and all it has started, where pages that several processes share are counted once in all: the program
 * itself is 60 MB of each. Linux only.
 */
export function ownMemoryOfTree(pid: number): number {
  return Math.round([pid, ...childrenOf(pid)].reduce((sum, one) => sum + proportionalOf(one), 0) / 1024);
}

function proportionalOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return [];
  }
}

const TICKS_PER_SECOND = 100;

/** CPU seconds that a process has used so far. Linux only; 0 elsewhere. */
export function cpuOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return 0;
  }
}

/** CPU seconds of a server and all its children, those that have ended included. Linux only. */
export function cpuOfTree(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ended = (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
    return cpuOf(pid) + ended + childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0);
  } catch {
    return 0;
  }
}
