import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader } from 'maxmind';
import type { Log } from '../platform/log.ts';

/** Country of an address by the offline data set, ISO 3166 alpha-2; '' when it is not known. */
export type FindCountry = (address: string) => string;

interface CountryRecord {
  readonly country_code?: string;
}

/**
 * The data set comes with a package (15 MB), so nobody outside is asked about visitors. It is read when the first visitor comes:
 * processes that redirect nobody do not hold it. Without it every country is '' and a warning stands in the log.
 */
export function createFindCountry(log: Log): FindCountry {
  let reader: Reader<never> | undefined | null;
  return (address) => {
    if (reader === undefined) reader = openDataSet(log);
    if (reader === null) return '';
    const record = reader.get(address) as CountryRecord | null;
    const code = record?.country_code ?? '';
    return /^[A-Z]{2}$/.test(code) ? code : '';
  };
}

function openDataSet(log: Log): Reader<never> | null {
  try {
    const path = createRequire(import.meta.url).resolve(
      '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb',
    );
    return new Reader<never>(readFileSync(path));
  } catch (error) {
    log.warn(
      { err: error },
      'the data set of countries cannot be read: visits are recorded without a country',
    );
    return null;
  }
}
