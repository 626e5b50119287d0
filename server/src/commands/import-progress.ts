import cliProgress from 'cli-progress';

/** A line that shows how far something is. */
export interface Progress {
  move(
    done: number,
    more?: { readonly rows: number; readonly counts: Readonly<Record<string, number>> },
  ): void;
  end(): void;
}

const PLAIN_EVERY_MS = 5_000;

/** A bar on a terminal; elsewhere a plain line every few seconds, so that a log stays readable. Writes to standard error: the end is for standard output. */
export function showProgress(options: { what: string; total: number; quiet: boolean }): Progress {
  if (options.quiet) return { move: () => undefined, end: () => undefined };
  return process.stderr.isTTY ? barOf(options) : plainOf(options);
}

function barOf({ what, total }: { what: string; total: number }): Progress {
  const begun = performance.now();
  const bar = new cliProgress.SingleBar({
    format: `${what.padEnd(9)} {bar} {percentage}%  {figures}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(Math.max(1, total), 0, { figures: '' });
  return {
    move: (done, more) =>
      bar.update(Math.min(done, total), { figures: figuresOf({ begun, done, total, more }) }),
    end: () => bar.stop(),
  };
}

function plainOf({ what, total }: { what: string; total: number }): Progress {
  const begun = performance.now();
  let told = begun;
  let last = '';
  return {
    move(done, more) {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      last = `${what} ${percent}%  ${figuresOf({ begun, done, total, more })}`;
      if (performance.now() - told < PLAIN_EVERY_MS) return;
      told = performance.now();
      process.stderr.write(`${last}\n`);
      last = '';
    },
    end: () => void (last !== '' && process.stderr.write(`${last}\n`)),
  };
}

function figuresOf(at: {
  begun: number;
  done: number;
  total: number;
  more: { rows: number; counts: Readonly<Record<string, number>> } | undefined;
}): string {
  const seconds = Math.max(0.001, (performance.now() - at.begun) / 1000);
  const left = at.done > 0 ? Math.round((seconds * (at.total - at.done)) / at.done) : undefined;
  const eta = left === undefined || left < 1 ? '' : `  ${left} s left`;
  if (at.more === undefined) return `${Math.round(at.done / seconds / 1e5) / 10} MB/s${eta}`;
  const counts = Object.entries(at.more.counts).map(
    ([name, count]) => `${name} ${count.toLocaleString('en')}`,
  );
  const rate = Math.round(at.more.rows / seconds).toLocaleString('en');
  return `${at.more.rows.toLocaleString('en')} rows  ${rate} rows/s${eta}  ${counts.join('  ')}`;
}
