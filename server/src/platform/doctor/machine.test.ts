import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { examineDisk, examineFolder, examineNode, examineOrphan, examineSecret } from './machine.ts';

describe('the doctor on this machine', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plumbline-doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const config = (more: Record<string, string> = {}) => parseConfig({ PLUMBLINE_DATA: folder, ...more }, '/');

  it.each([
    ['20.20.2', 'wrong'],
    ['22.21.9', 'wrong'],
    ['22.22.0', 'ok'],
    ['24.0.0', 'ok'],
  ])('finds Node %s %s', (version, state) => {
    expect(examineNode(version).state).toBe(state);
  });

  it('finds a data folder that is not made yet in order, without making it', () => {
    const missing = join(folder, 'a', 'b');
    expect(examineFolder(missing)).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('first start'),
    });
  });

  it('finds a file in the place of the data folder wrong', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o777);
    expect(examineFolder(file)).toMatchObject({
      state: 'wrong',
      advice: expect.stringContaining('PLUMBLINE_DATA'),
    });
  });

  it('finds a disk with less room than needed wrong, and says why that matters', () => {
    expect(examineDisk(folder, 0).state).toBe('ok');
    expect(examineDisk(folder, 1e18)).toMatchObject({
      state: 'wrong',
      advice: expect.stringContaining('full'),
    });
  });

  it('finds a secret that others can read wrong, and says the command that puts it right', () => {
    expect(examineSecret(config()).state).toBe('unknown');
    const file = join(folder, 'secret');
    writeFileSync(file, 'x', { mode: 0o600 });
    expect(examineSecret(config()).state).toBe('ok');
    chmodSync(file, 0o644);
    expect(examineSecret(config())).toMatchObject({ state: 'wrong', advice: `Run: chmod 600 ${file}` });
  });

  it('finds no orphan where nothing ever ran', () => {
    expect(examineOrphan(folder).state).toBe('ok');
  });
});
