import { Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { AppLink } from './app-link.tsx';
import classes from './id-chip.module.css';
import { placeOfId, shortId } from './place-of-id.ts';

interface IdChipProps {
  readonly id: string;
  readonly label?: string;
  /** false: only shown and copied, as on the page of the thing itself. */
  readonly linked?: boolean;
  /** Shown in full when it is short or no id of ours, such as a login. */
  readonly text?: string;
}

/** An id, short, to be opened and copied. */
export function IdChip({ id, label, linked = true, text }: IdChipProps) {
  const clipboard = useClipboard({ timeout: 1200 });
  const place = linked ? placeOfId(id) : undefined;
  const shown = text ?? shortId(id);
  return (
    <span className={classes.chip}>
      {label !== undefined && <span className={classes.label}>{label}</span>}
      <Tooltip label={id} multiline maw={420} style={{ overflowWrap: 'anywhere' }}>
        {place === undefined ? (
          <span className={classes.text}>{shown}</span>
        ) : (
          <AppLink
            href={place.href}
            className={classes.text ?? ''}
            aria-label={`Open ${place.what} ${shown}`}
          >
            {shown}
          </AppLink>
        )}
      </Tooltip>
      <button
        type="button"
        className={classes.copy}
        aria-label={clipboard.copied ? 'Copied' : `Copy ${label ?? shown}`}
        onClick={(event) => {
          event.stopPropagation();
          clipboard.copy(id);
        }}
      >
        {clipboard.copied ? (
          <IconCheck size={13} color="var(--tone-good-mark)" aria-hidden />
        ) : (
          <IconCopy size={13} aria-hidden />
        )}
      </button>
    </span>
  );
}
