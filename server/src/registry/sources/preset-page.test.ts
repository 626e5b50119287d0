import { expect, test } from 'vitest';
import { readPresetPage } from './preset-page.ts';

test('a page gives its first paragraph, its facts, and what to confirm', () => {
  const page = `# rollr

Postbacks of Rollr:
GET with a query.

| a | b |
| --- | --- |
| 1 | 2 |

- one fact
  that goes on
- another

To confirm with the sender: which goals it sends.

## To know, and to confirm
- its zone
`;
  expect(readPresetPage(page)).toEqual({
    summary: 'Postbacks of Rollr: GET with a query.',
    facts: ['one fact that goes on', 'another'],
    toConfirm: ['To confirm with the sender: which goals it sends.', 'its zone'],
  });
});

test('a page that is not there says nothing', () => {
  expect(readPresetPage('')).toEqual({ summary: '', facts: [], toConfirm: [] });
});
