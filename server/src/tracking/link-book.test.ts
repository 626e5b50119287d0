import { describe, expect, test } from 'vitest';
import { instantFromIso } from '../kernel/instant.ts';
import { deepLinkOf, judgeVisit, openBookLink, openBookProgram } from './link-book.ts';
import type { StoredBookProgram } from './link-book.ts';

const at = (text: string) => instantFromIso(text);
const link = openBookLink('p', ['l', 'ann', 'banner', 'https://broker.example/', 'cid', true, null]);
const program = (more: Partial<StoredBookProgram> = {}) =>
  openBookProgram({
    id: 'p',
    registryVersion: 1,
    clockAt: null,
    allowedHosts: [],
    creativeApprovalRequired: false,
    creatives: [],
    watched: [],
    ...more,
  });

describe('the landing page', () => {
  test.each([
    ['https://broker.example/open?lang=en#form', 'https://broker.example/open?lang=en&cid=abc#form'],
    ['https://broker.example/open?cid=old', 'https://broker.example/open?cid=abc'],
    ['https://broker.example', 'https://broker.example/?cid=abc'],
  ])('%s gets the click id in its parameter and keeps the others', (landing, expected) => {
    const { before, behind } = openBookLink('p', ['l', 'ann', 'x', landing, 'cid', true, null]);
    expect(`${before}abc${behind}`).toBe(expected);
  });
});

describe('a visit', () => {
  test('of a partner that is suspended from a later instant counts until then', () => {
    const watched = [{ id: 'ann', suspendedAt: at('2026-01-02T00:00:00Z'), flaggedAt: null }];
    const judge = (time: string) => judgeVisit(program({ watched }), link, at(time));
    expect(judge('2026-01-01T23:59:59Z')).toEqual({ marks: [], attributes: true });
    expect(judge('2026-01-02T00:00:00Z')).toEqual({ marks: ['partner_suspended'], attributes: false });
  });

  test('of a flagged partner is marked and counts', () => {
    const watched = [{ id: 'ann', suspendedAt: null, flaggedAt: at('2026-01-01T00:00:00Z') }];
    expect(judgeVisit(program({ watched }), link, at('2026-01-02T00:00:00Z'))).toEqual({
      marks: ['partner_flagged'],
      attributes: true,
    });
  });

  test('through a creative that nobody approved counts only where nobody asks for it', () => {
    expect(judgeVisit(program({ creativeApprovalRequired: true }), link, at('2026-01-02T00:00:00Z'))).toEqual(
      {
        marks: ['creative_not_approved'],
        attributes: false,
      },
    );
    expect(judgeVisit(program(), link, at('2026-01-02T00:00:00Z')).attributes).toBe(true);
  });

  test('may go where its link allows, else where the program does', () => {
    const allowed = program({ allowedHosts: ['shop.example'] });
    const own = openBookLink('p', [
      'l',
      'ann',
      'x',
      'https://broker.example/',
      'cid',
      true,
      ['*.own.example'],
    ]);
    expect(deepLinkOf(allowed, link, 'https://shop.example/a')?.href).toBe('https://shop.example/a');
    expect(deepLinkOf(allowed, own, 'https://shop.example/a')).toBeUndefined();
    expect(deepLinkOf(allowed, own, 'https://x.own.example/a')?.href).toBe('https://x.own.example/a');
  });
});
