import type { FailpointName } from '../../src/platform/failpoint.ts';
import type { TreeOptions } from './tree.ts';
import type { Round } from './rounds.ts';

/** A product that is wrong on purpose, the blows that must show it, and the fault by which they do. */
export interface Control {
  readonly control: NonNullable<TreeOptions['control']>;
  readonly rounds: readonly Round[];
  /** Among the faults must be one like this: red for another reason would prove nothing. */
  readonly shows: RegExp;
}

/** Several blows each: one alone may strike little, or only what was told before. */
export const CONTROLS: readonly Control[] = [
  {
    control: 'acknowledge-early',
    rounds: blows('intake:before-commit', 'process'),
    shows: /was acknowledged and is lost$/,
  },
  {
    control: 'cursor-first',
    rounds: blows('evidence:after-intent', 'itself'),
    shows: /is placed 0 times and parked 0 times$/,
  },
];

/** Played by the command only, because each takes its time. */
export const MORE_CONTROLS: readonly Control[] = [
  {
    control: 'hop-cursor-first',
    rounds: blows('customer:after-send', 'itself'),
    shows: /^the books have 0 cents for .*, and [1-9]\d* is right$/,
  },
];

function blows(at: FailpointName, kills: 'itself' | 'process'): Round[] {
  return Array.from({ length: 4 }, () => ({ kind: 'failpoint', at, kills }));
}
