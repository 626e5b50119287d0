import {
  convertQuery,
  convertReply,
  importRatesRequest,
  importedRatesReply,
  pageQuery,
  rateImportPage,
  rateListQuery,
  ratePage,
  writeRatesRequest,
} from '@plumbline/contract';
import { z } from 'zod';
import { decimal, formatDecimal } from '../../kernel/decimal.ts';
import { formatInstant } from '../../kernel/instant.ts';
import { convertAmount, recordOfConversion } from '../../kernel/rate-book.ts';
import type { App } from '../../platform/http/app.ts';
import { decodeCursor, decodeUuidCursor, pageOf } from '../../platform/http/paging.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import type { WriteDeps } from '../access/index.ts';
import type { ProgramSnapshot } from '../facts.ts';
import { importRates, writeRates } from './rates.actions.ts';
import { listImports, listRatePage } from './rates.views.ts';
import { wireImport, wireRate } from './wire-rates.ts';

/** A whole history of the ECB is some 8 MB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

export interface RateDeps extends WriteDeps {
  readonly findProgram: (id: string) => Promise<ProgramSnapshot | undefined>;
}

/** Dated exchange rates. */
export function rateRoutes(app: App, deps: RateDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/rates/imports',
    bodyLimit: MAX_FILE_BYTES,
    schema: {
      tags: ['rates'],
      summary: 'Take in a file of exchange rates',
      body: importRatesRequest,
      response: { 201: importedRatesReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await importRates(deps, request, request.body)).body),
  });
  app.route({
    method: 'POST',
    url: '/v1/rates',
    schema: {
      tags: ['rates'],
      summary: 'Write rates of your own table',
      body: writeRatesRequest,
      response: { 201: importedRatesReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await writeRates(deps, request, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: '/v1/rates/imports',
    schema: {
      tags: ['rates'],
      summary: 'List what was taken in',
      querystring: z.strictObject(pageQuery),
      response: { 200: rateImportPage },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const rows = await deps.db.reference((tx) => listImports(tx, decodeUuidCursor(cursor), limit));
      return pageOf(rows, limit, { item: wireImport, key: (row) => [row.id] });
    },
  });
  readRoutes(app, deps);
}

function readRoutes(app: App, deps: RateDeps): void {
  app.route({
    method: 'GET',
    url: '/v1/rates',
    schema: {
      tags: ['rates'],
      summary: 'List rates, newest publication first',
      querystring: rateListQuery,
      response: { 200: ratePage },
    },
    handler: async (request) => {
      const { limit, cursor, ...filter } = request.query;
      const after = decodeCursor(cursor, 5);
      const rows = await deps.db.reference((tx) => listRatePage(tx, { ...filter, after, limit }));
      return pageOf(rows, limit, {
        item: wireRate,
        key: (row) => [formatInstant(row.validFrom), row.source, row.base, row.quote, row.revision],
      });
    },
  });
  app.route({
    method: 'GET',
    url: '/v1/rates/convert',
    schema: {
      tags: ['rates'],
      summary: 'Convert an amount as a decision would',
      querystring: convertQuery,
      response: { 200: convertReply },
    },
    handler: async (request) => {
      const { programId, from, to, at, amount } = request.query;
      const program = await deps.findProgram(uuidOf('prg', programId, 'query.programId'));
      if (program === undefined) throw notFound('program', programId);
      const asked = { from, to, at: instantOf(at, 'query.at') };
      const converted = convertAmount(program.rates, decimal(amount), asked);
      if (converted === undefined) {
        const detail = `There is no rate from ${from} to ${to} at ${formatInstant(asked.at)}: none was published within 5 days before it by ${program.rates.order.join(', ')}. Import one; what waits for it is then decided by itself.`;
        throw unprocessable('no_fx_rate', detail, [{ path: 'query.at', message: detail }]);
      }
      const { conversion } = converted;
      return {
        amount: formatDecimal(converted.amount),
        currency: to,
        ...(conversion === undefined
          ? { rate: null, rateSource: null, rateAt: null }
          : recordOfConversion(conversion)),
      };
    },
  });
}
