import {
  IconAlertHexagon,
  IconArrowsExchange,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClockPause,
  IconCopy,
  IconEyeOff,
  IconHourglass,
  IconLoader,
  IconParking,
} from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { TONE_OF_STATE, toneVars } from '../design/tones.ts';
import classes from './state-badge.module.css';

const ICONS: Readonly<Record<string, Icon>> = {
  accepted: IconCircleCheck,
  decided: IconCircleCheck,
  approved: IconCircleCheck,
  active: IconCircleCheck,
  receiving: IconCircleCheck,
  quiet: IconHourglass,
  paused: IconClockPause,
  delivered: IconCircleCheck,
  passed: IconCircleCheck,
  paid: IconCircleCheck,
  revised: IconArrowsExchange,
  duplicate: IconCopy,
  ignored: IconEyeOff,
  organic: IconEyeOff,
  parked: IconParking,
  waiting: IconHourglass,
  held: IconClockPause,
  quarantined: IconAlertHexagon,
  open: IconAlertHexagon,
  suspended: IconBan,
  refused: IconCircleX,
  failed: IconCircleX,
  reversed: IconCircleX,
  cancelled: IconCircleX,
  dismissed: IconEyeOff,
  redriven: IconCircleCheck,
  moving: IconLoader,
  in_flight: IconLoader,
  accrued: IconCircleDashed,
  pending: IconHourglass,
  proposed: IconHourglass,
  rejected: IconCircleX,
  due: IconLoader,
  return_due: IconLoader,
  returned: IconArrowsExchange,
};

interface StateBadgeProps {
  readonly state: string;
  /** Instead of the state's own word. */
  readonly word?: string;
  /** How many, shown before the word. */
  readonly count?: number;
}

/** A state or disposition: icon, word and colour, so that none of them is needed alone. */
export function StateBadge({ state, word, count }: StateBadgeProps) {
  const Picture = ICONS[state] ?? IconCircleDashed;
  return (
    <span className={classes.badge} style={toneVars(TONE_OF_STATE[state] ?? 'neutral')}>
      <Picture size={14} stroke={2} aria-hidden />
      {count !== undefined && <span>{count}</span>}
      {word ?? state.replaceAll('_', ' ')}
    </span>
  );
}
