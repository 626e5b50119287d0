import {
  convertQuery,
  convertReply,
  importRatesRequest,
  importedRatesReply,
  pageQuery,
  changeSetReply,
  rateCorrectionPreview,
  rateCorrectionPreviewRequest,
  rateCorrectionReply,
  rateCorrectionRequest,
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
import type { ProgramSnapshot } from '../facts.ts';
import { correctRates, previewCorrection } from './rate-corrections.actions.ts';
import type { CorrectionDeps } from './rate-corrections.actions.ts';
import { importRates, writeRates } from './rates.actions.ts';
import { listImports, listRatePage } from './rates.views.ts';
import { wireImport, wireRate } from './wire-rates.ts';

/** A whole history of the ECB is some 8 MB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

export interface RateDeps extends CorrectionDeps {
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
  correctionRoutes(app, deps);
}

function correctionRoutes(app: App, deps: RateDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/rate-corrections',
    schema: {
      tags: ['rates'],
      summary: 'Correct exchange rates for a program that may have used them',
      description:
        'What the program decided at them is decided again, by a change set (docs/change-sets.md). 201: it holds. 202: more moves than the limit of the program, so another person or key must approve the change set first.',
      body: rateCorrectionRequest,
      response: { 201: rateCorrectionReply, 202: changeSetReply },
    },
    handler: async (request, reply) => {
      const answer = await correctRates(deps, request, request.body);
      return answer.status === 202 ? reply.code(202).send(answer.body) : reply.code(201).send(answer.body);
    },
  });
  app.route({
    method: 'POST',
    url: '/v1/rate-corrections/preview',
    schema: {
      tags: ['rates'],
      summary: 'What correcting exchange rates would do, and which way it would go',
      body: rateCorrectionPreviewRequest,
      response: { 200: rateCorrectionPreview },
    },
    handler: (request) => previewCorrection(deps, request.body),
  });
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
