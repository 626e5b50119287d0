import { expect, test } from 'vitest';
import { HAVE_SAMPLES, mapWith, readSample, sayAll } from '../../../test/support/presets.ts';
import type { Delivered } from '../../../test/support/presets.ts';
import type { SourceSettings } from '../../pipeline/mapping/index.ts';
import { playerActivityCsv } from './index.ts';

/** A payload of our own in the vendor's shape, and what it tells; one line per item. */
interface Case {
  readonly title: string;
  readonly body: unknown;
  readonly settings?: SourceSettings;
  readonly delivered?: Delivered;
  readonly gives: readonly string[];
}

const CASES: readonly Case[] = [
  {
    title: 'a day of a player: US dates, thousands in quotes, negative figures',
    body: 'playerid,username,registrationdate,firstdeposit,trackingcode,currency,Deposits,Bonus,Grossrevenue,Netrevenue,CPACommission,chargebacks\n90003,carla,1/2/2015,2/1/2015,A_12B,SEK,"1,250.00",0.00,410.10,-301.55,100.00,25.00\n',
    delivered: { contentType: 'text/csv' },
    gives: [
      'registration, 90003/registration, click a_12b, 2015-01-02T00:00:00.000Z, for customer:90003',
      'first_deposit, 90003/first_deposit, 1250 SEK, 2015-02-01T00:00:00.000Z, for customer:90003',
      'activity_day, 90003/activity, -301.55 SEK, 2015-02-01T00:00:00.000Z, for customer:90003',
    ],
  },
  {
    title: 'an empty first deposit tells none',
    body: 'playerid,username,registrationdate,firstdeposit,trackingcode,currency,Deposits,Bonus,Grossrevenue,Netrevenue,CPACommission,chargebacks\n90002,"O""Neil, bob",12/1/2014,,a_12b,EUR,0,0,0,0,0,0\n',
    delivered: { contentType: 'text/csv' },
    gives: [
      'registration, 90002/registration, click a_12b, 2014-12-01T00:00:00.000Z, for customer:90002',
      'activity_day, 90002/activity, 0 EUR, 2014-12-01T00:00:00.000Z, for customer:90002',
    ],
  },
  {
    title: 'a byte order mark, CRLF, a repeated header and totals are no players',
    body: '﻿playerid,username,registrationdate,firstdeposit,trackingcode,currency,Deposits,Bonus,Grossrevenue,Netrevenue,CPACommission,chargebacks\r\n90001,ann,11/27/2014,,a,EUR,0,0,0,0,0,0\r\nplayerid,username,registrationdate,firstdeposit,trackingcode,currency,Deposits,Bonus,Grossrevenue,Netrevenue,CPACommission,chargebacks\r\nTotal,,,,,EUR,0,0,0,0,0,0\r\n',
    delivered: { contentType: 'text/csv' },
    gives: [
      'registration, 90001/registration, click a, 2014-11-27T00:00:00.000Z, for customer:90001',
      'activity_day, 90001/activity, 0 EUR, 2014-11-27T00:00:00.000Z, for customer:90001',
      'ignored repeated_header',
      'ignored unwanted_row',
    ],
  },
  {
    title: 'semicolons are found by themselves',
    body: 'playerid;username;registrationdate;firstdeposit;trackingcode;currency;Deposits;Bonus;Grossrevenue;Netrevenue;CPACommission;chargebacks\n90001;ann;11/27/2014;;a;EUR;0;0;0;0;0;0\n',
    delivered: { contentType: 'text/csv' },
    gives: [
      'registration, 90001/registration, click a, 2014-11-27T00:00:00.000Z, for customer:90001',
      'activity_day, 90001/activity, 0 EUR, 2014-11-27T00:00:00.000Z, for customer:90001',
    ],
  },
  {
    title: 'with a column for the day each row is that day',
    body: 'playerid,date,currency,Deposits,Netrevenue\n90001,3/7/2015,EUR,10,5.5\n',
    delivered: { contentType: 'text/csv' },
    gives: ['activity_day, 90001:3/7/2015/activity, 5.5 EUR, 2015-03-07T00:00:00.000Z, for customer:90001'],
  },
  {
    title: 'a date that does not exist waits for a correction',
    body: 'playerid,username,registrationdate,firstdeposit,trackingcode,currency,Deposits,Bonus,Grossrevenue,Netrevenue,CPACommission,chargebacks\n90001,ann,13/13/2014,,a,EUR,0,0,0,0,0,0\n',
    delivered: { contentType: 'text/csv' },
    gives: ['quarantined bad_time', 'quarantined bad_time'],
  },
];

test.each(CASES)('$title', ({ body, settings = {}, delivered = {}, gives }) => {
  expect(sayAll(mapWith(playerActivityCsv.document, settings, body, delivered))).toEqual(gives);
});

const SAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'igaming-csv/myaffiliates_activity.csv',
    [
      'registration, 90001/registration, click a_12b_34c_, 2014-11-27T00:00:00.000Z, for customer:90001',
      'first_deposit, 90001/first_deposit, 50 EUR, 2015-03-06T00:00:00.000Z, for customer:90001',
      'activity_day, 90001/activity, -16.97 EUR, 2015-03-06T00:00:00.000Z, for customer:90001',
      'registration, 90002/registration, click a_12b_34c_x1, 2014-12-01T00:00:00.000Z, for customer:90002',
      'activity_day, 90002/activity, 0 EUR, 2014-12-01T00:00:00.000Z, for customer:90002',
      'registration, 90003/registration, click a_12b_34c_, 2015-01-02T00:00:00.000Z, for customer:90003',
      'first_deposit, 90003/first_deposit, 1250 SEK, 2015-02-01T00:00:00.000Z, for customer:90003',
      'activity_day, 90003/activity, 301.55 SEK, 2015-02-01T00:00:00.000Z, for customer:90003',
    ],
  ],
];

test.runIf(HAVE_SAMPLES).each(SAMPLES)(
  'the sample %s gives what its line in the index says',
  (path, gives) => {
    expect(
      sayAll(mapWith(playerActivityCsv.document, {}, readSample(path), { contentType: 'text/csv' })),
    ).toEqual(gives);
  },
);
