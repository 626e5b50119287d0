import {
  addFeedSecretRequest,
  createFeedRequest,
  createdFeedReply,
  deletedFeedReply,
  feedList,
  feedParams,
  feedReply,
  feedSecretParams,
  pixelSnippetReply,
  retireFeedSecretRequest,
  sourceParams,
  updateFeedRequest,
} from '@plumbline/contract';
import { pixelSnippet } from '../../pipeline/intake/pixel/index.ts';
import { baseUrlOf } from '../../platform/http/app.ts';
import type { App } from '../../platform/http/app.ts';
import { conflict } from '../../platform/http/problem.ts';
import {
  addFeedSecret,
  changeFeed,
  createFeed,
  deleteFeed,
  getFeed,
  retireFeedSecret,
  surroundings,
} from './feeds.actions.ts';
import type { FeedDeps } from './feeds.actions.ts';
import { listFeeds } from './feeds.views.ts';
import { getSource } from './sources.actions.ts';
import { pixelAddress, wireFeed } from './wire-feed.ts';

const FEEDS = '/v1/sources/:source/feeds';
const FEED = '/v1/sources/:source/feeds/:feed';

/** The ways in of a source, and their secrets. */
export function feedRoutes(app: App, deps: FeedDeps): void {
  app.route({
    method: 'POST',
    url: FEEDS,
    schema: {
      tags: ['sources'],
      summary: 'Make a feed',
      description:
        'A way in: a webhook of an outside system, with the scheme by which it signs. The answer has its address.',
      params: sourceParams,
      body: createFeedRequest,
      response: { 201: createdFeedReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await createFeed(deps, request, request.params.source, request.body)).body),
  });
  app.route({
    method: 'GET',
    url: FEEDS,
    schema: {
      tags: ['sources'],
      summary: 'List the feeds of a source',
      description: 'The configured ones; postback, api, batch and raw need no configuration.',
      params: sourceParams,
      response: { 200: feedList },
    },
    handler: async (request) => {
      const { source, feeds } = await deps.db.reference(async (tx) => {
        const found = await getSource(tx, request.params.source);
        return { source: found, feeds: await listFeeds(tx, found.id) };
      });
      const items = feeds.map(async (feed) =>
        wireFeed(feed, await surroundings(deps, request, source, feed)),
      );
      return { items: await Promise.all(items) };
    },
  });
  app.route({
    method: 'GET',
    url: FEED,
    schema: {
      tags: ['sources'],
      summary: 'Read a feed',
      params: feedParams,
      response: { 200: feedReply },
    },
    handler: async (request) => {
      const { source, feed } = await deps.db.reference((tx) => getFeed(tx, request.params));
      return wireFeed(feed, await surroundings(deps, request, source, feed));
    },
  });
  app.route({
    method: 'GET',
    url: `${FEED}/snippet`,
    schema: {
      tags: ['sources'],
      summary: 'What to paste into a page for a pixel feed',
      params: feedParams,
      response: { 200: pixelSnippetReply },
    },
    handler: async (request) => {
      const { source, feed } = await deps.db.reference((tx) => getFeed(tx, request.params));
      if (feed.kind !== 'pixel')
        throw conflict(
          'not_a_pixel',
          `The feed "${feed.name}" is a ${feed.kind}; only a pixel has a snippet.`,
        );
      const kind = feed.settings.pixel?.kinds[0] ?? 'registration';
      return { ...pixelSnippet(baseUrlOf(request), pixelAddress(source.slug, feed.name), kind) };
    },
  });
  app.route({
    method: 'PATCH',
    url: FEED,
    schema: {
      tags: ['sources'],
      summary: 'Change or pause a feed',
      params: feedParams,
      body: updateFeedRequest,
      response: { 200: feedReply },
    },
    handler: async (request) => (await changeFeed(deps, request, request.params, request.body)).body,
  });
  app.route({
    method: 'DELETE',
    url: FEED,
    schema: {
      tags: ['sources'],
      summary: 'Delete a feed that was never used',
      params: feedParams,
      response: { 200: deletedFeedReply },
    },
    handler: async (request) => (await deleteFeed(deps, request, request.params)).body,
  });
  secretRoutes(app, deps);
}

function secretRoutes(app: App, deps: FeedDeps): void {
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/feeds/:feed/secrets',
    schema: {
      tags: ['sources'],
      summary: 'Add a secret to a feed',
      description: 'For changing over: the old and the new one prove deliveries until the old one retires.',
      params: feedParams,
      body: addFeedSecretRequest,
      response: { 201: createdFeedReply },
    },
    handler: async (request, reply) =>
      reply.code(201).send((await addFeedSecret(deps, request, request.params, request.body)).body),
  });
  app.route({
    method: 'POST',
    url: '/v1/sources/:source/feeds/:feed/secrets/:secret/retire',
    schema: {
      tags: ['sources'],
      summary: 'Retire a secret of a feed',
      params: feedSecretParams,
      body: retireFeedSecretRequest,
      response: { 200: feedReply },
    },
    handler: async (request) => (await retireFeedSecret(deps, request, request.params, request.body)).body,
  });
}
