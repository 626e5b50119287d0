import { feedReplyContract } from '@plumbline/contract';
import { randomBytes } from 'node:crypto';
import type { createSourceRequest, putMappingRequest, updateSourceRequest } from '@plumbline/contract';
import { uuidv7 } from 'uuidv7';
import type { z } from 'zod';
import { PRESETS, findPreset } from '../../connectors/index.ts';
import type { Preset } from '../../connectors/index.ts';
import { sha256Bytes } from '../../kernel/digest.ts';
import type { Instant } from '../../kernel/instant.ts';
import { parseWireId } from '../../kernel/ids.ts';
import type { Tx } from '../../platform/db.ts';
import { baseUrlOf } from '../../platform/http/app.ts';
import type { Request } from '../../platform/http/app.ts';
import { notFound, unprocessable } from '../../platform/http/problem.ts';
import { instantOf, uuidOf } from '../../platform/http/wire.ts';
import { performWrite, refusingDuplicate } from '../access/index.ts';
import type { WriteDeps } from '../access/index.ts';
import { getLockedProgram } from '../locked-program.actions.ts';
import { readGivenMapping, refuseBadMapping, warningsOf } from './mapping-text.actions.ts';
import { activateMapping, insertMapping, insertSource, replaceToken, updateSource } from './sources.store.ts';
import { insertFeed } from './feeds.store.ts';
import type { NewFeed } from './feeds.store.ts';
import { findNewestMapping, findSource } from './sources.views.ts';
import type { SourceRow } from './sources.views.ts';
import { wireMapping, wireSource } from './wire-source.ts';

/** Connects an outside system: a source with version 1 of its mapping, and the secret address for its postbacks. */
export async function createSource(
  deps: WriteDeps,
  request: Request,
  body: z.infer<typeof createSourceRequest>,
) {
  const programId = uuidOf('prg', body.programId, 'body.programId');
  const preset = getPreset(body.preset);
  const { mappingText, ...rest } = body;
  const given = readGivenMapping({
    document:
      body.mapping ??
      (mappingText === undefined ? ({ ...preset.document } as Record<string, unknown>) : undefined),
    documentAt: 'body.mapping',
    text: mappingText,
    textAt: 'body.mappingText',
  });
  const { document } = given;
  refuseBadMapping(given, body.settings, 'body');
  return performWrite(deps, request, { action: 'source.create', secret: true }, async (tx, actor) => {
    const now = deps.clock.now();
    await getLockedProgram(tx, programId, 'registry');
    const token = newToken();
    const row = await refusingDuplicate(
      'source_slug_key',
      {
        code: 'slug_taken',
        detail: `There is already a source "${body.slug}"; a slug is unique in the installation.`,
      },
      () =>
        insertSource(tx, {
          id: uuidv7(),
          programId,
          slug: body.slug,
          preset: body.preset,
          name: body.name ?? body.slug,
          registrar: body.registrar ?? preset.registrar,
          reply: body.reply ?? preset.reply,
          settings: body.settings,
          tokenHash: sha256Bytes(token),
          commissionableFrom: cutOverOf(body.commissionableFrom),
          now,
        }),
    );
    await insertMapping(tx, { sourceId: row.id, version: 1, document, now, by: actor.label });
    if (preset.replyContract !== undefined && body.reply === undefined)
      await insertFeed(tx, postbackFeedOf(row.id, preset.replyContract, now));
    const postbackUrl = postbackUrlOf(request, row.slug, token);
    const answer = { ...wireSource(row), token, postbackUrl, ...warningsOf(given) };
    return {
      status: 201,
      body: answer,
      subject: answer.id,
      audit: mappingText === undefined ? body : { ...rest, mapping: document },
    };
  });
}

/** The settings row of the postback door, with the answers that the senders of a preset expect. */
function postbackFeedOf(sourceId: string, contract: object, now: Instant): NewFeed {
  return {
    id: uuidv7(),
    sourceId,
    name: 'postback',
    kind: 'postback',
    verification: { scheme: 'none' },
    secretPath: false,
    secrets: [],
    allowIps: [],
    reply: feedReplyContract.parse(contract),
    settings: {},
    now,
  };
}

/** Writes the next version of a mapping and puts it in force. Events that came before keep the version that read them. */
export async function putMapping(
  deps: WriteDeps,
  request: Request,
  source: string,
  body: z.infer<typeof putMappingRequest>,
) {
  const given = readGivenMapping({
    document: body.document,
    documentAt: 'body.document',
    text: body.text,
    textAt: 'body.text',
  });
  const { document } = given;
  return performWrite(deps, request, { action: 'mapping.put' }, async (tx, actor) => {
    const found = await getSource(tx, source);
    const settings = body.settings ?? found.settings;
    // By the clock of its server a day of trading ends, so another zone concerns every customer.
    const isOtherZone = settings['zone'] !== found.settings['zone'];
    await getLockedProgram(tx, found.program_id, isOtherZone ? 'facts' : 'registry');
    refuseBadMapping(given, settings, 'body');
    const version = (await findNewestMapping(tx, found.id)) + 1;
    const row = await insertMapping(tx, {
      sourceId: found.id,
      version,
      document,
      now: deps.clock.now(),
      by: actor.label,
    });
    await activateMapping(tx, found.id, version, settings);
    const answer = { ...wireMapping(row), ...warningsOf(given) };
    const { text: _text, ...told } = body;
    return {
      status: 200,
      body: answer,
      subject: answer.sourceId,
      audit: { version, ...told, document },
    };
  });
}

/** Changes what a source may do. */
export async function changeSource(
  deps: WriteDeps,
  request: Request,
  source: string,
  body: z.infer<typeof updateSourceRequest>,
) {
  return performWrite(deps, request, { action: 'source.update' }, async (tx) => {
    const { program_id: programId } = await getSource(tx, source);
    const judgedAgain = body.registrar !== undefined || body.commissionableFrom !== undefined;
    await getLockedProgram(tx, programId, judgedAgain ? 'facts' : 'registry');
    const before = await getSource(tx, source);
    const row = await updateSource(tx, before.id, {
      name: body.name ?? before.name,
      registrar: body.registrar ?? before.registrar,
      reply: body.reply ?? before.reply,
      commissionableFrom: cutOverOf(body.commissionableFrom, before.commissionable_from),
    });
    const answer = wireSource(row);
    return { status: 200, body: answer, subject: answer.id, audit: body };
  });
}

/** What was asked for; without a word, what stood before. */
function cutOverOf(asked: string | null | undefined, before: Instant | null = null): Instant | null {
  if (asked === undefined) return before;
  return asked === null ? null : instantOf(asked, 'body.commissionableFrom');
}

/** A new postback address; the old one stops at once. */
export async function rotateToken(deps: WriteDeps, request: Request, source: string) {
  return performWrite(deps, request, { action: 'source.rotate_token', secret: true }, async (tx) => {
    const found = await getSource(tx, source);
    await getLockedProgram(tx, found.program_id, 'registry');
    const token = newToken();
    const row = await replaceToken(tx, found.id, sha256Bytes(token));
    const answer = { ...wireSource(row), token, postbackUrl: postbackUrlOf(request, row.slug, token) };
    return { status: 200, body: answer, subject: answer.id, audit: {} };
  });
}

/** By slug or by wire id. Throws 404. */
export async function getSource(tx: Tx, source: string): Promise<SourceRow> {
  const id = parseWireId('src', source);
  const row = await findSource(tx, id.ok ? { id: id.value } : { slug: source });
  if (row === undefined) throw notFound('source', source);
  return row;
}

function getPreset(name: string): Preset {
  const found = findPreset(name);
  if (found !== undefined) return found;
  const detail = `There is no preset "${name}". Known: ${PRESETS.map((one) => one.name).join(', ')}.`;
  throw unprocessable('unknown_preset', detail, [{ path: 'body.preset', message: detail }]);
}

/** 24 random bytes: long enough that a guess never succeeds, short enough for an address. */
function newToken(): string {
  return randomBytes(24).toString('base64url');
}

function postbackUrlOf(request: Request, slug: string, token: string): string {
  return `${baseUrlOf(request)}/s2s/${slug}?token=${token}`;
}
