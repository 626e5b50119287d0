import { Kbd, Modal, Text } from '@mantine/core';
import { SECTIONS } from '../sections.ts';
import classes from './shell.module.css';

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['/'], 'Search, or go to anything (also Ctrl K)'],
  [['f'], 'Go to the filter of the page'],
  [['j'], 'Next row of a list (also ↓)'],
  [['k'], 'Row before (also ↑)'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close what is open'],
  [['?'], 'This help'],
];

/** Every key that the console knows. */
export function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const ways = SECTIONS.map((section) => [['g', section.key], section.label] as const);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard"
      size="md"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <dl className={classes.keys}>
        {[...KEYS, ...ways].map(([keys, says]) => (
          <div key={says} style={{ display: 'contents' }}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <Text size="xs" c="var(--text-soft)" mt="md">
        Press the two keys of a pair one after the other.
      </Text>
    </Modal>
  );
}
