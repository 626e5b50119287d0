import { Tooltip } from '@mantine/core';
import { describeFreshness } from '../../live/freshness.ts';
import { useLiveStatus } from '../../live/live-provider.tsx';
import { useNow } from '../../live/use-now.ts';
import classes from './shell.module.css';

/** How fresh the figures on screen are. Only a change of the connection is spoken, never the passing seconds. */
export function FreshnessMark() {
  const status = useLiveStatus();
  const fresh = describeFreshness(status, useNow());
  return (
    <Tooltip label={`${fresh.spoken}.`}>
      <div className={classes.fresh} data-fresh={fresh.isFresh} data-phase={status.phase}>
        <span className={classes.dot} aria-hidden />
        <span className={classes.freshWords} aria-hidden>
          {fresh.visible}
        </span>
        <span className="visually-hidden" role="status" aria-live="polite">
          {fresh.spoken}
        </span>
      </div>
    </Tooltip>
  );
}
