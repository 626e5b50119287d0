import { DOCUMENT } from './deal-document.ts';

/** JSON Schema (2020-12) of a deal document, as `/v1/schemas/deal` serves it: every field with its default (rules.md 4). */
export const DEAL_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Deal',
  ...DOCUMENT.schema,
} as const;
