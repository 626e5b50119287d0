import { Tooltip } from '@mantine/core';
import { ageInWords } from '../live/freshness.ts';
import { useNow } from '../live/use-now.ts';
import { localTime, shortTime, utcTime } from './instant-format.ts';

interface TimeTextProps {
  readonly at: string | null;
  /** `short` for lists, `full` to the second, `age` as how long ago. */
  readonly as?: 'short' | 'full' | 'age';
  /** What stands for no time. */
  readonly none?: string;
}

/** A time in the reader's zone; UTC to the millisecond on hover and focus. */
export function TimeText({ at, as = 'short', none = '–' }: TimeTextProps) {
  const now = useNow();
  if (at === null) return <span>{none}</span>;
  const shown =
    as === 'full'
      ? localTime(at)
      : as === 'age'
        ? ageInWords(Math.max(0, now - Date.parse(at)))
        : shortTime(at, now);
  const tip = as === 'full' ? utcTime(at) : `${localTime(at)} here · ${utcTime(at)}`;
  return (
    <Tooltip label={<span className="figures">{tip}</span>}>
      <time dateTime={at} className="figures" style={{ whiteSpace: 'nowrap' }}>
        {shown}
      </time>
    </Tooltip>
  );
}
