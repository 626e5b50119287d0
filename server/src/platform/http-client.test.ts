import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  DestinationRefused,
  RESPONSE_LIMIT,
  createHttpClient,
  isPublicAddress,
  parseDestination,
} from './http-client.ts';

describe('destinations', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://10.0.0.8/',
    'https://172.16.3.4/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'http://example.org/',
    'ftp://example.org/',
    'https://user:secret@example.org/',
    'nonsense',
  ])('refuses %s', (url) => {
    expect(() => parseDestination(url, false)).toThrow(DestinationRefused);
  });

  it('accepts a public address and a name', () => {
    expect(parseDestination('https://1.1.1.1/hook', false).pathname).toBe('/hook');
    expect(parseDestination('https://example.org/hook', false).hostname).toBe('example.org');
    expect(isPublicAddress('2606:4700:4700::1111')).toBe(true);
  });

  it('accepts loopback without TLS only where private addresses are allowed', () => {
    expect(parseDestination('http://127.0.0.1:8080/', true).port).toBe('8080');
  });
});

describe('the client', () => {
  it('refuses a name that resolves to a private address, before any connection', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end());
    server.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = createHttpClient({ allowPrivate: false });
    await expect(
      client.post({ url: `https://localhost:${port}/`, headers: {}, body: '', timeoutMs: 5_000 }),
    ).rejects.toThrow('which is not public');
    expect(connections).toBe(0);
    await client.close();
    server.close();
  });

  it('follows no redirect and reads no more than the beginning of an answer', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/away') response.writeHead(302, { location: '/' }).end();
      else {
        response.writeHead(200);
        // Never ends: the client must not wait for it.
        response.write('x'.repeat(RESPONSE_LIMIT * 3));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const client = createHttpClient({ allowPrivate: true });
    const post = (path: string) =>
      client.post({ url: `http://127.0.0.1:${port}${path}`, headers: {}, body: '{}', timeoutMs: 20_000 });
    expect((await post('/away')).status).toBe(302);
    expect((await post('/')).text.length).toBe(RESPONSE_LIMIT);
    await client.close();
    server.closeAllConnections();
    server.close();
  });
});
