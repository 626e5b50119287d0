import type { ExplainTreeNode } from '@plumbline/contract';
import { IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDelivery } from '../api/resources.ts';
import { AppLink } from './app-link.tsx';
import { Facts } from './card.tsx';
import { isMoney, isTime, wordsOf } from './explain-value.ts';
import classes from './explain-tree.module.css';
import { IdChip } from './id-chip.tsx';
import { JsonView } from './json-view.tsx';
import { Money } from './money.tsx';
import { placeOfId } from './place-of-id.ts';
import { RawBody } from './raw-body.tsx';
import { TimeText } from './time-text.tsx';

/** The tree of facts behind a number: each node folds, names what it shows, and leads to it. */
export function ExplainTree({ root, openLevels = 1 }: { root: ExplainTreeNode; openLevels?: number }) {
  return (
    <ul className={classes.tree} aria-label="Facts behind it">
      <TreeNode node={root} depth={0} openLevels={openLevels} />
    </ul>
  );
}

function TreeNode({ node, depth, openLevels }: { node: ExplainTreeNode; depth: number; openLevels: number }) {
  const [isOpen, setOpen] = useState(depth < openLevels);
  return (
    <li className={classes.node}>
      <div className={classes.head}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          <IconChevronRight className={classes.arrow} size={18} aria-hidden />
          <span>{node.title}</span>
          <span className={classes.kind}>{node.kind.replaceAll('_', ' ')}</span>
        </button>
        {node.ref !== undefined && <IdChip id={node.ref} />}
      </div>
      {isOpen && (
        <>
          <NodeValue value={node.value} />
          {node.kind === 'delivery' && node.ref !== undefined && <Bytes deliveryId={node.ref} />}
          {node.children.length > 0 && (
            <ul>
              {node.children.map((child, index) => (
                <TreeNode
                  key={child.ref ?? `${child.kind}-${index}`}
                  node={child}
                  depth={depth + 1}
                  openLevels={openLevels}
                />
              ))}
            </ul>
          )}
        </>
      )}
    </li>
  );
}

/** The end of every tree: the bytes as they came. */
function Bytes({ deliveryId }: { deliveryId: string }) {
  const { data, error } = useDelivery(deliveryId);
  return (
    <div className={classes.value}>
      {data !== undefined ? (
        <>
          {data.query !== '' && (
            <code style={{ fontSize: 12.5, overflowWrap: 'anywhere' }}>?{data.query}</code>
          )}
          {(data.bytes > 0 || data.query === '') && (
            <RawBody body={data.body} bodyBase64={data.bodyBase64} contentType={data.contentType} />
          )}
        </>
      ) : error === null ? (
        'Loading the raw bytes …'
      ) : (
        `The raw bytes could not be read: ${error.message}`
      )}
    </div>
  );
}

function NodeValue({ value }: { value: Readonly<Record<string, unknown>> }) {
  const rows = Object.entries(value);
  if (rows.length === 0) return null;
  return (
    <div className={classes.value}>
      <Facts
        rows={rows.map(
          ([name, part]) => [wordsOf(name), <Value key={name} name={name} value={part} />] as const,
        )}
      />
    </div>
  );
}

/** One value, as what it is: money, a time, an id, text; anything deeper as JSON. */
function Value({ name, value }: { name: string; value: unknown }): ReactNode {
  if (value === null || value === undefined) return <span style={{ color: 'var(--text-faint)' }}>none</span>;
  if (isMoney(value)) return <Money amount={value.amount} currency={value.currency} />;
  if (typeof value === 'string') {
    if (isTime(value)) return <TimeText at={value} as="full" />;
    if (placeOfId(value) !== undefined) return <IdChip id={value} />;
    return <span>{value}</span>;
  }
  if (typeof value !== 'object') return <span className="figures">{String(value)}</span>;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return (
      <span style={{ display: 'flex', flexWrap: 'wrap', gap: 6 }}>
        {value.length === 0 ? 'none' : value.map((item) => <Value key={item} name={name} value={item} />)}
      </span>
    );
  }
  return <JsonView value={value} label={wordsOf(name)} openLevels={1} searchable={false} />;
}

/** Sentences, one below the other; ids in them open what they name. */
export function Sentences({ sentences }: { sentences: readonly string[] }) {
  return (
    <ol style={{ margin: 0, paddingInlineStart: 20, display: 'grid', gap: 6, fontSize: 14 }}>
      {sentences.map((sentence) => (
        <li key={sentence}>{linked(sentence)}</li>
      ))}
    </ol>
  );
}

function linked(sentence: string): ReactNode[] {
  return sentence.split(/\b([a-z]{3}_[0-9a-z]{30,44})\b/).map((part, index) => {
    const place = placeOfId(part);
    return place === undefined ? (
      part
    ) : (
      <AppLink key={`${part}-${index}`} href={place.href} underline="always">
        {place.what}
      </AppLink>
    );
  });
}
