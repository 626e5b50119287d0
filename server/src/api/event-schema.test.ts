import {
  EVENT_KIND_NAMES,
  canonicalEventRequest,
  executionSchema,
  identifierLinkSchema,
} from '@plumbline/contract';
import { expect, it } from 'vitest';
import { CANONICAL_FIELDS, EXECUTION_FIELDS, LINK_FIELDS } from '../pipeline/mapping/canonical-fields.ts';
import { EVENT_KINDS } from '../pipeline/mapping/facts.ts';

// The doors judge by the compiled mapping, the contract only describes it: what is described must be what is judged.
it.each([
  ['kinds of events', [...EVENT_KIND_NAMES], [...EVENT_KINDS]],
  [
    'keys of an event',
    Object.keys(canonicalEventRequest.shape).filter((key) => key !== 'source'),
    CANONICAL_FIELDS,
  ],
  ['keys of an execution', Object.keys(executionSchema.shape), EXECUTION_FIELDS],
  ['keys of a mapping row', Object.keys(identifierLinkSchema.shape), LINK_FIELDS],
])('describes the same %s as the mapping reads', (_what, described, read) => {
  expect(described.toSorted()).toEqual([...read].toSorted());
});
