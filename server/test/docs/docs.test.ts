import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { WEBHOOK_CATALOGUE, WEBHOOK_EVENT_TYPES } from '@plumbline/contract';
import { EVENT_KINDS } from '../../src/pipeline/mapping/facts.ts';
import { MAPPING_SCHEMA } from '../../src/pipeline/mapping/schema.ts';
import { VECTORS } from '../vectors/vectors.ts';
import { renderExamplesPage } from './deal-examples-page.ts';
import { renderDealPage } from './deal-page.ts';
import { renderWebhooksPage } from './webhooks-page.ts';

const DOCS = join(dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url))))), 'docs');

describe('the reference of deals', () => {
  test('says what the schema says; UPDATE_DOCS=1 writes it anew', () => {
    const path = join(DOCS, 'deal-document.md');
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, renderDealPage());
    expect(readFileSync(path, 'utf8')).toBe(renderDealPage());
  });
});

describe('deals by example', () => {
  test('are the deals of the golden vectors; UPDATE_DOCS=1 writes them anew', () => {
    const path = join(DOCS, 'deal-examples.md');
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, renderExamplesPage());
    expect(readFileSync(path, 'utf8')).toBe(renderExamplesPage());
  });

  test('are all of the sixty-eight', () => {
    const golden = VECTORS.filter(({ id }) => id.startsWith('V-'));
    const ids = new Set([...golden.map(({ id }) => id.replace(/[a-z]?( paid)?$/, '')), 'V-ML-9']);
    expect(ids.size).toBe(68);
  });
});

describe('the catalogue of webhooks', () => {
  test('has every type that can be subscribed to, each with a sample of its form', () => {
    expect(WEBHOOK_CATALOGUE.map(({ type }) => type)).toEqual([...WEBHOOK_EVENT_TYPES]);
    for (const { schema, sample } of WEBHOOK_CATALOGUE) expect(schema.parse(sample)).toEqual(sample);
  });

  test('is the page of the docs; UPDATE_DOCS=1 writes it anew', () => {
    const path = join(DOCS, 'webhooks.md');
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(path, renderWebhooksPage());
    expect(readFileSync(path, 'utf8')).toBe(renderWebhooksPage());
  });
});

describe('the reference of the mapping language', () => {
  const page = readFileSync(join(DOCS, 'mapping-language.md'), 'utf8');
  const words = new Set(page.match(/[A-Za-z0-9_/]+/g));

  test('names every key and every choice of the schema', () => {
    expect([...namesIn(MAPPING_SCHEMA)].filter((name) => !words.has(name))).toEqual([]);
  });

  test('names every kind of event', () => {
    expect(EVENT_KINDS.filter((kind) => !words.has(kind))).toEqual([]);
  });
});

/** The keys and choices that a schema knows, single signs left out; those of the reason registry have a page of their own. */
function namesIn(schema: unknown, at = ''): Set<string> {
  const names = new Set<string>();
  if (typeof schema !== 'object' || schema === null) return names;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const name of Object.keys(value as object)) names.add(name);
    if (key === 'enum' && at !== 'reason' && at !== 'propertyNames')
      for (const choice of value as readonly unknown[])
        if (/[A-Za-z0-9]/.test(String(choice))) names.add(String(choice));
    for (const name of namesIn(value, key)) names.add(name);
  }
  return names;
}
