import { describe, expect, it } from 'vitest';
import { parseConfig, unknownSettings } from './config.ts';

describe('parseConfig', () => {
  it('needs nothing: every setting has a default', () => {
    expect(parseConfig({}, '/srv/app')).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataFolder: '/srv/app/.plumbline',
      importFolders: ['/srv/app/.plumbline/inbox'],
      databaseUrl: undefined,
      bootstrapKey: undefined,
      secret: undefined,
      logLevel: 'warn',
      lanesPerTransaction: 1024,
      databaseConnections: 16,
      apiProcesses: 1,
      preparedStatements: true,
      allowPrivateDestinations: false,
    });
  });

  it('takes an empty value as not set', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: ' ' }, '/').port).toBe(8080);
  });

  it('resolves a relative data folder against the current one', () => {
    expect(parseConfig({ PLUMBLINE_DATA: 'money' }, '/srv').dataFolder).toBe('/srv/money');
  });

  it.each([
    ['PORT', '80a0', 'PORT must be a whole number from 0 to 65535, and it is "80a0".'],
    ['PORT', '65536', 'PORT must be a whole number from 0 to 65535, and it is "65536".'],
    ['PORT', '-1', 'PORT must be a whole number from 0 to 65535, and it is "-1".'],
    ['HOST', 'http://here', 'HOST must be a host name or an IP address.'],
    ['DATABASE_URL', 'mysql://here/db', 'DATABASE_URL must be an address like postgres://'],
    ['PLUMBLINE_BOOTSTRAP_KEY', 'short', 'PLUMBLINE_BOOTSTRAP_KEY must be 16 to 200 printable'],
    ['PLUMBLINE_SECRET', 'abc', 'PLUMBLINE_SECRET must be 32 bytes'],
    ['PLUMBLINE_LOG_LEVEL', 'loud', 'PLUMBLINE_LOG_LEVEL must be one of trace, debug'],
    ['PLUMBLINE_LANES_PER_TRANSACTION', '0', 'must be a whole number from 1 to 1024'],
  ])('refuses %s=%s with a sentence that says what it must be', (name, value, sentence) => {
    expect(() => parseConfig({ [name]: value }, '/')).toThrow(sentence);
  });

  it('names all wrong settings at once', () => {
    expect(() => parseConfig({ PORT: 'x', PLUMBLINE_SECRET: 'y' }, '/')).toThrow(/PORT .*PLUMBLINE_SECRET /);
  });

  it('does not repeat a secret in its refusal', () => {
    expect(() => parseConfig({ PLUMBLINE_SECRET: 'hunter2' }, '/')).toThrow(/^((?!hunter2).)*$/);
  });
});

describe('unknownSettings', () => {
  it('names a misspelt setting and leaves known and foreign ones alone', () => {
    const found = unknownSettings({ PLUMBLINE_DATE: 'x', PLUMBLINE_DATA: 'y', HOME: '/root' });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('PLUMBLINE_DATE');
  });
});
