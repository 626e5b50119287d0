import { expect, test } from 'vitest';
import { at, buildProgram, placed, registration } from '../../../test/support/evidence.ts';
import { formatInstant } from '../../kernel/instant.ts';
import type { CustomerFact } from '../identity/facts.ts';
import { listCountries } from './country.ts';

const T = at('2024-07-01T00:00:00Z');
const moved = (id: string, day: string, country: string): CustomerFact => ({
  kind: 'country',
  id,
  from: at(`${day}T00:00:00Z`),
  country,
  basis: 'declared',
});

test('the country over time: that of the registration, and each later word that changes it', () => {
  const told = registration(T, { country: 'DE' });
  const checked = placed({
    kind: 'kyc_status',
    at: at('2024-07-05T00:00:00Z'),
    id: 'k',
    country: 'AT',
    kyc: { status: 'passed' },
  });
  const evidence = {
    events: [checked, told],
    facts: [moved('b', '2024-08-01', 'FR'), moved('c', '2024-08-09', 'FR'), moved('a', '2024-06-01', 'ES')],
  };
  const say = (parts: Parameters<typeof buildProgram>[0]): string[] =>
    listCountries(buildProgram(parts), told, evidence).map(
      ({ from, country }) => `${formatInstant(from).slice(0, 10)} ${country}`,
    );
  expect(say({})).toEqual(['2024-07-01 DE', '2024-08-01 FR']);
  // What a check finds later was true before.
  expect(say({ geo: { countryFrom: ['kyc', 'declared', 'click'] } })).toEqual(['2024-07-01 AT']);
  expect(listCountries(buildProgram(), registration(T), { events: [], facts: [] })).toEqual([
    { from: T, country: null },
  ]);
});
