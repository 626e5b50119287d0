// What people do about evidence, by mutated documents and requests: a mapping as text, a trial, a re-drive, a search.
import { mutate } from './mutate.ts';
import { MAPPED_SLUG } from './scene.ts';
import { jsonShot } from './shot.ts';
import type { Aimed, Shot } from './shot.ts';

/** A document that a careless hand changed; what compiles is in force for the next delivery. */
export function aimMapping({ random, target, bytes, type, key }: Aimed): Shot {
  const { document, settings } = target;
  const text = random.chance(20) ? document : Buffer.from(mutate(random, document)).toString('utf8');
  const body = random.chance(50) ? Buffer.from(random.pick(target.seeds).body) : bytes;
  const path = `/v1/sources/${MAPPED_SLUG}/mapping`;
  const put = jsonShot('mapping', { method: 'PUT', path, key }, { text, settings });
  return {
    ...put,
    next: () => [
      {
        door: 'mapped',
        method: 'POST',
        path: `/v1/sources/${MAPPED_SLUG}/deliveries`,
        headers: { authorization: `Bearer ${key}`, 'content-type': type ?? 'application/json' },
        body,
      },
      { ...jsonShot('mapping', { method: 'GET', path: `${path}/documentation`, key }, ''), body: undefined },
      ...(random.chance(10)
        ? [
            jsonShot(
              'mapping',
              { method: 'POST', path: `/v1/sources/${target.slug}/trials`, key },
              trialOf(text),
            ),
          ]
        : []),
    ],
  };
}

/** A trial over a time in which nothing came: its document is judged, and little is read. */
function trialOf(text: string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = { language: 1, name: text.slice(0, 40) };
  }
  return JSON.stringify({ document, from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' });
}

export function aimRepair({ random, target, key }: Aimed): Shot {
  const filter = JSON.stringify({ filter: { source: target.slug }, limit: 1 + random.below(20) });
  const body = random.chance(50) ? filter : Buffer.from(mutate(random, filter)).toString('utf8');
  const word = encodeURIComponent(random.pick(['', '%', '_', "'", '\u0000', 'x'.repeat(400), '$[*]', '\\']));
  const get = (path: string): Shot => ({
    ...jsonShot('repair', { method: 'GET', path, key }, ''),
    body: undefined,
  });
  const post = (path: string): Shot => jsonShot('repair', { method: 'POST', path, key }, body);
  return random.pick([
    () => post('/v1/quarantine/redrive'),
    () => post('/v1/quarantine/redrive'),
    () => post('/v1/quarantine/preview'),
    () => post(`/v1/quarantine/qtn_${'0'.repeat(29)}/redrive`),
    () => post(`/v1/quarantine/qtn_${'z'.repeat(29)}/dismiss`),
    () => get(`/v1/quarantine?q=${word}&source=${target.slug}&limit=3`),
    () => get(`/v1/quarantine/groups?source=${target.slug}&reason=${word}`),
    () => get(`/v1/deliveries?limit=2&cursor=${word}`),
    () => get(`/v1/drift?source=${target.slug}&limit=2`),
    () => get(`/v1/sources/${target.slug}/imports?cursor=${word}`),
  ])();
}
