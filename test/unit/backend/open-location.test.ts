import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { openLocation } from '../../../main/engine/backend/open-location.ts';

describe('openLocation', () => {
  it.each([
    ['/srv/backup', '/srv/backup'],
    ['local:/srv/backup', '/srv/backup'],
    ['relative/folder', 'relative/folder'],
    ['local:relative', 'relative'],
    ['./s3:folder', './s3:folder'],
    ['C:\\Users\\me\\backup', 'C:\\Users\\me\\backup'],
    ['D:/backup', 'D:/backup'],
    ['odd:name', 'odd:name'],
  ])('takes %s for a folder', (location, path) => {
    const backend = openLocation(location);
    expect(backend).toBeInstanceOf(LocalBackend);
    expect(backend.location).toBe(resolve(path));
  });

  it('gives the same repository for the same memory name, and a new one without a name', async () => {
    const bytes = Buffer.from('sealed');
    await openLocation('memory:open-location-test').write({ type: 'config' }, bytes);
    expect(await openLocation('memory:open-location-test').read({ type: 'config' })).toEqual(bytes);
    await expect(openLocation('memory:').read({ type: 'config' })).rejects.toMatchObject({ code: 'not_found' });
    expect(openLocation('memory:').location).not.toBe(openLocation('memory:').location);
  });

  it.each([
    's3:host/bucket',
    's3://host/bucket',
    'sftp:user@host:/srv',
    'rest:https://host/',
    'https://host/',
    'foo://x',
  ])('says that %s is not supported yet', (location) => {
    expect(() => openLocation(location)).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        message: expect.stringContaining('not supported yet by this version') as unknown,
      }),
    );
  });

  it('never repeats a password', () => {
    try {
      openLocation('rest:https://user:secret@host/');
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toContain('rest:');
      expect(JSON.stringify(error) + String(error)).not.toContain('secret');
    }
  });

  it.each(['', 'local:', 'a\0b'])('refuses %j', (location) => {
    expect(() => openLocation(location)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });
});
