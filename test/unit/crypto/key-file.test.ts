import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeKeyFile, openKeyFile, parseKeyFile, TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { calibrateScrypt, deriveKey, scryptDefect } from '../../../main/engine/crypto/scrypt.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';

interface Vectors {
  master_key: { encrypt: string; mac_k: string; mac_r_unclamped: string };
  scrypt: { password: string; salt_hex: string; N: number; r: number; p: number; derived64_hex: string }[];
  key_file: { password: string; file_utf8: string; file_name_sha256: string };
}

const vectorsFile = new URL('../../format/vectors/crypto-vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(vectorsFile, 'utf8')) as Vectors;
const corrupt = expect.objectContaining({ name: 'EngineError', code: 'corrupt' }) as Error;
const wrongPassword = expect.objectContaining({ name: 'EngineError', code: 'wrong_password' }) as Error;

const master = generateMasterKey();
const names = { hostname: 'höst', username: 'me' };
const fileBytes = await makeKeyFile(master, 'secret', { ...names, params: TEST_SCRYPT, created: new Date(0) });
const fields = JSON.parse(fileBytes.toString()) as Record<string, unknown>;
const changed = (change: Record<string, unknown>) => Buffer.from(JSON.stringify({ ...fields, ...change }));

/** A key file around any plaintext. */
async function wrap(plain: string): Promise<Buffer> {
  const salt = randomBytes(64);
  const sealer = new Sealer(await deriveKey('secret', salt, TEST_SCRYPT));
  const data = sealer.seal(Buffer.from(plain));
  return changed({ salt: salt.toString('base64'), data: data.toString('base64') });
}

describe('deriveKey', () => {
  for (const { password, salt_hex, N, r, p, derived64_hex } of vectors.scrypt) {
    it(`gives the known answer for N=${N}, p=${p}`, async () => {
      const salt = Buffer.from(salt_hex, 'hex');
      const fromText = await deriveKey(password, salt, { N, r, p });
      expect(Buffer.concat([fromText.encrypt, fromText.macK, fromText.macR]).toString('hex')).toBe(derived64_hex);
      const fromBytes = await deriveKey(Buffer.from(password), salt, { N, r, p });
      expect(fromBytes.macR.equals(fromText.macR)).toBe(true);
    });
  }
});

describe('a key file that restic accepted', () => {
  const file = parseKeyFile(Buffer.from(vectors.key_file.file_utf8));

  it('is parsed', () => {
    expect(file).toMatchObject({ username: 'me', hostname: 'crafted', kdf: 'scrypt', N: 32768, r: 8, p: 2 });
    expect(file.created).toBe('2026-01-02T03:04:05.000000006Z');
    expect(file.salt.length).toBe(64);
    const name = createHash('sha256').update(vectors.key_file.file_utf8).digest('hex');
    expect(name).toBe(vectors.key_file.file_name_sha256);
  });

  it('gives its master key, r unclamped as stored', async () => {
    const key = await openKeyFile(file, vectors.key_file.password);
    expect(key.encrypt.toString('hex')).toBe(vectors.master_key.encrypt);
    expect(key.macK.toString('hex')).toBe(vectors.master_key.mac_k);
    expect(key.macR.toString('hex')).toBe(vectors.master_key.mac_r_unclamped);
  });

  it('tells a wrong password', async () => {
    await expect(openKeyFile(file, 'passwörd €')).rejects.toThrow(wrongPassword);
  });
});

describe('makeKeyFile', () => {
  it("has restic's fields in restic's order and size", () => {
    expect(Object.keys(fields)).toEqual(['created', 'username', 'hostname', 'kdf', 'N', 'r', 'p', 'salt', 'data']);
    expect(fields).toMatchObject({ created: '1970-01-01T00:00:00.000Z', ...names, kdf: 'scrypt', ...TEST_SCRYPT });
    const { salt, data } = parseKeyFile(fileBytes);
    expect([salt.length, data.length]).toEqual([64, 160]);
  });

  it('is opened by the same password only, as text or bytes', async () => {
    const file = parseKeyFile(fileBytes);
    expect(await openKeyFile(file, 'secret')).toEqual(master);
    expect(await openKeyFile(file, Buffer.from('secret'))).toEqual(master);
    for (const password of ['', 'Secret', 'secret ', 'secret\n']) {
      await expect(openKeyFile(file, password)).rejects.toThrow(wrongPassword);
    }
  });

  it('leaves the given master key untouched and uses a new salt each time', async () => {
    const before = Buffer.from(master.encrypt);
    const second = await makeKeyFile(master, 'secret', { ...names, params: TEST_SCRYPT });
    expect(master.encrypt.equals(before)).toBe(true);
    expect(parseKeyFile(second).salt.equals(parseKeyFile(fileBytes).salt)).toBe(false);
  });
});

describe('parseKeyFile', () => {
  it('tolerates unknown fields, white space and missing names', () => {
    const loose = { ...fields, future: [1], username: undefined, hostname: undefined, created: undefined };
    const file = parseKeyFile(Buffer.from(` ${JSON.stringify(loose, null, 2)}\n`));
    expect(file).toMatchObject({ created: '', username: '', hostname: '' });
  });

  it('accepts the time forms that restic writes', () => {
    for (const created of ['2024-02-29T01:02:03.123456789+05:30', '0001-01-01T00:00:00Z']) {
      expect(parseKeyFile(changed({ created })).created).toBe(created);
    }
  });

  const salt = Buffer.alloc(64, 0xfb).toString('base64');
  const bad: Record<string, Record<string, unknown>> = {
    'another password function': { kdf: 'argon2id' },
    'no password function': { kdf: undefined },
    'a time without zone': { created: '2026-01-02T03:04:05' },
    'a day that does not exist': { created: '2026-02-30T00:00:00Z' },
    'a name that is no text': { hostname: 7 },
    'a short salt': { salt: Buffer.alloc(32, 1).toString('base64') },
    'a long salt': { salt: Buffer.alloc(65, 1).toString('base64') },
    'URL-safe base64': { salt: salt.replaceAll('+', '-').replaceAll('/', '_') },
    'base64 without padding': { salt: salt.replaceAll('=', '') },
    'base64 with a line break': { salt: `${salt.slice(0, 43)}\n${salt.slice(43)}` },
    'data that are no text': { data: null },
    'data shorter than a seal': { data: Buffer.alloc(31, 1).toString('base64') },
    'an IV of zeros': { data: Buffer.alloc(160).toString('base64') },
    'N = 1': { N: 1 },
    'N = 0': { N: 0 },
    'N negative': { N: -32768 },
    'N no power of two': { N: 32767 },
    'N a fraction': { N: 1024.5 },
    'N as text': { N: '32768' },
    'N beyond exact numbers': { N: 2 ** 60 },
    'r = 0': { r: 0 },
    'p = 0': { p: 0 },
    '1 GiB through N': { N: 2 ** 20, r: 8 },
    '1 GiB through r': { N: 2, r: 2 ** 23, p: 1 },
    '1 GiB through p': { N: 2, r: 1, p: 2 ** 23 + 1 },
    'hours of work': { N: 2 ** 18, r: 8, p: 1000 },
  };
  for (const [name, change] of Object.entries(bad)) {
    it(`refuses ${name}`, () => {
      expect(() => parseKeyFile(changed(change))).toThrow(corrupt);
    });
  }

  it('refuses what is no JSON object', () => {
    for (const text of ['', 'null', '[]', '"x"', '{', fileBytes.toString().slice(0, -1)]) {
      expect(() => parseKeyFile(Buffer.from(text))).toThrow(corrupt);
    }
    expect(() => parseKeyFile(Buffer.alloc(2 ** 20 + 1, ' '))).toThrow(corrupt);
  });

  it('does not quote the file in its message', () => {
    expect(() => parseKeyFile(changed({ salt: 'SECRET!' }))).toThrow(/^(?!.*SECRET).*salt/);
  });
});

describe('openKeyFile', () => {
  const part = (size: number, fill = 7) => Buffer.alloc(size, fill).toString('base64');

  it('takes damage to the sealed data for a wrong password, as restic does', async () => {
    const file = parseKeyFile(fileBytes);
    file.data[40] = (file.data[40] ?? 0) ^ 1;
    await expect(openKeyFile(file, 'secret')).rejects.toThrow(wrongPassword);
  });

  it('accepts unknown fields in the master key', async () => {
    const plain = `{ "encrypt": "${part(32)}", "x": 1, "mac": {"r": "${part(16, 1)}", "k": "${part(16)}", "y": 2} }\n`;
    expect(await openKeyFile(parseKeyFile(await wrap(plain)), 'secret')).toMatchObject({ macR: Buffer.alloc(16, 1) });
  });

  const bad: Record<string, string> = {
    nothing: '',
    'no JSON': 'not json, but a secret',
    'no mac': `{"encrypt":"${part(32)}"}`,
    'a short key': `{"mac":{"k":"${part(16)}","r":"${part(16)}"},"encrypt":"${part(31)}"}`,
    'a long k': `{"mac":{"k":"${part(17)}","r":"${part(16)}"},"encrypt":"${part(32)}"}`,
    'a key of zeros': `{"mac":{"k":"${part(16)}","r":"${part(16)}"},"encrypt":"${part(32, 0)}"}`,
    'r of zeros': `{"mac":{"k":"${part(16)}","r":"${part(16, 0)}"},"encrypt":"${part(32)}"}`,
  };
  for (const [name, plain] of Object.entries(bad)) {
    it(`calls a file with ${name} inside corrupt`, async () => {
      const file = parseKeyFile(await wrap(plain));
      await expect(openKeyFile(file, 'secret')).rejects.toThrow(corrupt);
    });
  }
});

describe('calibrateScrypt', () => {
  it('chooses costs within the bounds of our own reader and of 60 MB', async () => {
    const params = await calibrateScrypt();
    expect(scryptDefect(params)).toBeUndefined();
    expect(params.p).toBeGreaterThanOrEqual(3);
    expect(128 * params.N * params.r).toBeLessThanOrEqual(60e6);
  });
});
