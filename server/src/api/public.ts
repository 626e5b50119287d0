/** What anybody can reach without an API key, each with the reason why that is right. */
export const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  'GET /healthz': 'tells only that the process answers',
  'GET /readyz': 'tells only whether the database can be used',
  'GET /metrics':
    'counts and durations without names of customers; keep it behind the firewall where that matters',
  'GET /openapi.json': 'the description of the API is no secret',
  'GET /docs': 'the reference page of the API',
  'GET /docs/': 'the reference page of the API',
  'GET /docs/js/scalar.js': 'the script of the reference page, from this server',
  'GET /docs/openapi.json': 'the description of the API, for the reference page',
  'GET /docs/openapi.yaml': 'the description of the API, for the reference page',
  'GET /v1/schemas': 'schemas of documents are no secret',
  'GET /v1/schemas/:name': 'schemas of documents are no secret',
  'GET /c/:token': 'visitors follow tracking links; the token is signed',
  'GET /s2s/:source': 'authenticated by the token of the source',
  'POST /s2s/:source': 'authenticated by the token of the source',
  'GET /s2s/:source/:token': 'authenticated by the token of the source',
  'POST /s2s/:source/:token': 'authenticated by the token of the source',
};
