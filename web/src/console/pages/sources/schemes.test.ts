import { feedVerification } from '@plumbline/contract';
import { expect, it } from 'vitest';
import { asksOf, SCHEMES } from './schemes.ts';

it.each(SCHEMES.map(({ value }) => [value]))(
  '%s is a scheme that the API takes with what is asked for',
  (value) => {
    const told = Object.fromEntries(asksOf(value).map(({ name }) => [name, 'X-Told']));
    expect(feedVerification.safeParse({ scheme: value, ...told }).success).toBe(true);
  },
);
