import { Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useState } from 'react';
import { CopyButton } from './copy-button.tsx';
import { countHits } from './json-search.ts';
import classes from './json-view.module.css';

interface JsonViewProps {
  readonly value: unknown;
  readonly label: string;
  /** Levels that are open at first. */
  readonly openLevels?: number;
  readonly searchable?: boolean;
}

/** A JSON value to be read, folded, searched and copied. */
export function JsonView({ value, label, openLevels = 3, searchable = true }: JsonViewProps) {
  const [find, setFind] = useState('');
  const words = find.trim().toLowerCase();
  return (
    <div>
      {searchable && (
        <div className={classes.tools}>
          <TextInput
            size="xs"
            flex={1}
            type="search"
            aria-label={`Search in ${label}`}
            placeholder="Search names and values"
            leftSection={<IconSearch size={14} aria-hidden />}
            value={find}
            onChange={(event) => setFind(event.currentTarget.value)}
          />
          <Text size="xs" c="var(--text-soft)" w={64} ta="end" aria-live="polite">
            {words === '' ? '' : `${countHits(value, words)} found`}
          </Text>
          <CopyButton text={JSON.stringify(value, null, 2)} label={`Copy ${label}`} />
        </div>
      )}
      <div className={classes.view} tabIndex={0} role="region" aria-label={label}>
        <Node value={value} depth={0} openLevels={openLevels} words={words} />
      </div>
    </div>
  );
}

interface NodeProps {
  readonly name?: string;
  readonly value: unknown;
  readonly depth: number;
  readonly openLevels: number;
  readonly words: string;
}

function Node({ name, value, depth, openLevels, words }: NodeProps) {
  const [opened, setOpened] = useState<boolean>();
  const label = name === undefined ? null : <span className={mark(classes.name, name, words)}>{name}: </span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <div className={classes.line}>
        <span>
          {label}
          <Leaf value={value} words={words} />
        </span>
      </div>
    );
  }
  const entries = Object.entries(value);
  const [left, right] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const isOpen = words !== '' ? countHits(value, words) > 0 || depth === 0 : (opened ?? depth < openLevels);
  if (entries.length === 0)
    return (
      <div className={classes.line}>
        <span>
          {label}
          <span className={classes.quiet}>
            {left}
            {right}
          </span>
        </span>
      </div>
    );
  return (
    <div>
      <div className={classes.line}>
        {depth > 0 && (
          <button
            type="button"
            className={classes.toggle}
            aria-expanded={isOpen}
            aria-label={`${isOpen ? 'Close' : 'Open'} ${name ?? 'the value'}`}
            onClick={() => setOpened(!isOpen)}
          >
            {isOpen ? '▾' : '▸'}
          </button>
        )}
        <span>
          {label}
          <span className={classes.quiet}>
            {isOpen
              ? left
              : `${left} ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} ${right}`}
          </span>
        </span>
      </div>
      {isOpen && (
        <>
          <div className={classes.node}>
            {entries.map(([key, child]) => (
              <Node
                key={key}
                name={key}
                value={child}
                depth={depth + 1}
                openLevels={openLevels}
                words={words}
              />
            ))}
          </div>
          <div className={classes.quiet}>{right}</div>
        </>
      )}
    </div>
  );
}

function Leaf({ value, words }: { value: unknown; words: string }): ReactNode {
  const shown = typeof value === 'string' ? `"${value}"` : String(value);
  const kind =
    typeof value === 'string' ? classes.text : typeof value === 'number' ? classes.number : classes.word;
  return <span className={mark(kind, String(value), words)}>{shown}</span>;
}

function mark(name: string | undefined, text: string, words: string): string {
  return words !== '' && text.toLowerCase().includes(words)
    ? `${name ?? ''} ${classes.hit ?? ''}`
    : (name ?? '');
}
