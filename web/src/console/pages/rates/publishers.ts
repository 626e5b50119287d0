import type { Rate } from '../../../api/rates.ts';

const NAMES: Readonly<Record<Rate['source'], string>> = {
  own: 'your own table',
  ecb: 'ECB',
  oxr: 'Open Exchange Rates',
};

export const sayPublisher = (source: Rate['source']): string => NAMES[source];

/** Who publishes rates, to be chosen from. */
export const PUBLISHERS = Object.entries(NAMES).map(([value, label]) => ({ value, label }));
