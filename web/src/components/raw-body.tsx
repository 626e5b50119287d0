import { SegmentedControl, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { CopyButton } from './copy-button.tsx';
import { bytesOf, hexLines } from './hex-dump.ts';
import classes from './json-view.module.css';
import { JsonView } from './json-view.tsx';
import { byteSize } from './number-format.ts';
import { partAt } from './json-place.ts';

interface RawBodyProps {
  /** The bytes as text; null when they are no text. */
  readonly body: string | null;
  readonly bodyBase64: string;
  readonly contentType: string;
  /** Where the item that is looked at stands in the body, such as `$.answer[2]`. */
  readonly path?: string | null;
}

type View = 'item' | 'json' | 'text' | 'hex';

/** The bytes of a delivery: as JSON when they are, as text, and as what they really are. */
export function RawBody({ body, bodyBase64, contentType, path = null }: RawBodyProps) {
  const parsed = useMemo(() => parseOrUndefined(body), [body]);
  const [wanted, setView] = useState<View>();
  const item = useMemo(
    () => (path === null || path === '$' ? undefined : partAt(parsed, path)),
    [parsed, path],
  );
  const first: View =
    parsed === undefined ? (body === null ? 'hex' : 'text') : item === undefined ? 'json' : 'item';
  const view = wanted === 'item' && item === undefined ? first : (wanted ?? first);
  const bytes = useMemo(() => bytesOf(bodyBase64), [bodyBase64]);
  if (bytes.length === 0)
    return (
      <Text size="sm" c="var(--text-soft)" p="md">
        The delivery had no body; what it says stands in its query.
      </Text>
    );
  return (
    <div>
      <div className={classes.tools}>
        <SegmentedControl
          size="xs"
          aria-label="Show the body as"
          value={view}
          onChange={(value) => setView(value)}
          data={[
            ...(item === undefined ? [] : [{ value: 'item' as const, label: 'Item' }]),
            { value: 'json', label: 'JSON', disabled: parsed === undefined },
            { value: 'text', label: 'Text', disabled: body === null },
            { value: 'hex', label: 'Hex' },
          ]}
        />
        <Text size="xs" c="var(--text-soft)" ms="auto" truncate>
          {contentType} · {byteSize(bytes.length)}
        </Text>
        <CopyButton
          text={body ?? bodyBase64}
          label={body === null ? 'Copy the bytes as base64' : 'Copy the body'}
        />
      </div>
      {view === 'item' || view === 'json' ? (
        <JsonView
          key={`${view}-${path}`}
          value={view === 'item' ? item : parsed}
          label="body"
          searchable={false}
          openLevels={4}
        />
      ) : (
        <pre
          className={classes.view}
          style={{
            margin: 0,
            ...(view === 'text' ? { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } : {}),
          }}
          tabIndex={0}
          role="region"
          aria-label="body"
        >
          {view === 'text' ? body : hexLines(bytes).join('\n')}
        </pre>
      )}
    </div>
  );
}

function parseOrUndefined(text: string | null): unknown {
  if (text === null || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
