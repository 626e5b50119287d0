import { parseArgs } from 'node:util';

/** What the person who starts the demo may choose. */
export interface DemoOptions {
  /** Length of the traffic, in minutes of real time. */
  readonly minutes: number;
  /** Events per second that the broker tells for the first time, about. */
  readonly rate: number;
  readonly seed: number;
  /** Leave everything running at the end, until Ctrl-C. */
  readonly keep: boolean;
  readonly dataFolder: string | undefined;
}

export const USAGE = `npm run demo [-- options]
  --minutes 2     how long the broker's customers trade, 0.05 to 60
  --rate 40       events per second, about, 1 to 500
  --seed 7        the same seed, length and rate tell the same story and end with the same sums
  --keep          leave everything running at the end, to look around; Ctrl-C stops it
  --data FOLDER   data folder, made anew at each start (default .plumbline-demo)
  --help          this text`;

/** Reads the arguments. Throws a RangeError or TypeError whose message says what is wrong. */
export function parseOptions(args: readonly string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '2' },
      rate: { type: 'string', default: '40' },
      seed: { type: 'string', default: '7' },
      keep: { type: 'boolean', default: false },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    minutes: number('minutes', values.minutes, { min: 0.05, max: 60 }),
    rate: number('rate', values.rate, { min: 1, max: 500 }),
    seed: Math.trunc(number('seed', values.seed, { min: 0, max: 2 ** 31 - 1 })),
    keep: values.keep,
    dataFolder: values.data,
  };
}

function number(name: string, text: string, range: { min: number; max: number }): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= range.min && value <= range.max) return value;
  throw new RangeError(`--${name} must be a number from ${range.min} to ${range.max}, and it is "${text}".`);
}
