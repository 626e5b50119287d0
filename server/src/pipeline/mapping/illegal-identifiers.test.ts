import { expect, test } from 'vitest';
import { explainIllegalIdentifier } from './row.ts';

test.each([
  '',
  'null',
  'NULL',
  '0',
  'undefined',
  'n/a',
  'None',
  '(not set)',
  '[object Object]',
  '00000000-0000-0000-0000-000000000000',
  '{click_id}',
  '{{click_id}}',
  '${click_id}',
  '%click_id%',
  '<click_id>',
  '__CLICKID__',
  'x'.repeat(201),
  'half a pair \ud800',
])('%j is nobody', (value) => {
  expect(explainIllegalIdentifier(value)).toMatch(/send|leave/i);
});

test.each(['7', '00042', 'nulla', 'user-0', 'a{b}', '_id_', 'x'.repeat(200)])(
  '%j may be somebody',
  (value) => {
    expect(explainIllegalIdentifier(value)).toBeUndefined();
  },
);
