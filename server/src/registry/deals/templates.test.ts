import { describe, expect, it } from 'vitest';
import { parseDeal } from './deal.ts';
import { describeDeal } from './describe.ts';
import { findOverRevenue } from './revenue-check.ts';
import { listTemplates } from './templates.ts';

describe('a template of a deal', () => {
  const templates = listTemplates('EUR');

  it('has an id of its own, and every vertical has several', () => {
    expect(new Set(templates.map(({ id }) => id)).size).toBe(templates.length);
    for (const vertical of ['forex', 'igaming', 'prop'])
      expect(templates.filter((one) => one.vertical === vertical).length).toBeGreaterThan(1);
  });

  it.each(templates)('$id is a deal that may be written as it stands, in plain words', ({ document }) => {
    expect(parseDeal(document)).toMatchObject({ ok: true, value: document });
    expect(document.currency).toBe('EUR');
    const sentences = describeDeal(document);
    expect(sentences.length).toBeGreaterThan(1);
    expect(sentences.join(' ')).not.toMatch(/undefined|null|NaN/);
  });

  it.each(templates)('$id never pays more than the operator earns over all its levels', ({ document }) => {
    const depth = Math.max(...document.components.map((one) => ('levels' in one ? one.levels.maxDepth : 1)));
    const chain = Array.from({ length: depth }, (_, level) => ({ name: `level ${level}`, document }));
    expect(findOverRevenue(chain)).toEqual([]);
  });

  it('is refused in a currency that nobody knows', () => {
    expect(() => listTemplates('ZZZ')).toThrow(RangeError);
  });
});
