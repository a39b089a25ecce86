import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { damageFile } from '../../support/damage.ts';
import { startRestoreService, type RestoreService } from '../../support/restore-service.ts';
import { compareTrees } from '../../support/tree-compare.ts';

interface Page {
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly type: string;
    readonly size: number | null;
  }[];
  readonly total: number;
  readonly next_cursor: string | null;
}

const ODD = 'it\'s "quoted"\nand more.txt';
const url = (id: string, what: string, query: Record<string, string>) =>
  `/api/v1/backup/${encodeURIComponent(id)}/${what}?${new URLSearchParams(query).toString()}`;
const download = (service: RestoreService, id: string, query: Record<string, string>, headers = {}) =>
  service.request('GET', url(id, 'download', query), { as: 'operator', headers });

/** What is in a zip, by its names. */
function unzipped(room: string, bytes: Buffer): Record<string, Buffer> {
  const file = join(room, 'chosen.zip');
  writeFileSync(file, bytes);
  const script =
    'import sys,json,zipfile,base64; z=zipfile.ZipFile(sys.argv[1]); ' +
    'print(json.dumps({n: base64.b64encode(z.read(n)).decode() for n in z.namelist()}))';
  const read = JSON.parse(
    execFileSync('python3', ['-c', script, file], { maxBuffer: 1 << 26, encoding: 'utf8' }),
  ) as Record<string, string>;
  return Object.fromEntries(Object.entries(read).map(([name, content]) => [name, Buffer.from(content, 'base64')]));
}

describe('a backup that is looked into', () => {
  test('shows its folders page by page, and gives its files as they were', async () => {
    const service = await startRestoreService();
    const { source } = service;
    const big = randomBytes(3_000_000);
    mkdirSync(join(source, 'many'));
    for (let at = 0; at < 25; at++) writeFileSync(join(source, 'many', `file-${at}`), `${at}`);
    writeFileSync(join(source, 'big.bin'), big);
    writeFileSync(join(source, ODD), 'odd');
    writeFileSync(join(source, 'empty'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from('latin-\xe9', 'latin1')]), 'no UTF-8');
    const { id } = await service.backUp('2026-01-10T12:00:00Z');

    const list = async (query: Record<string, string>) =>
      (await service.request<Page>('GET', url(id, 'files', query), { as: 'viewer' })).body;
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Page = await list({ path: join(source, 'many'), limit: '10', ...(cursor && { cursor }) });
      expect(page.total).toBe(25);
      names.push(...page.entries.map(({ name }) => name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(names).toEqual(readdirSync(join(source, 'many')).toSorted());
    // Whoever jumps into the middle of a folder need not read what comes before.
    const jumped = await list({ path: join(source, 'many'), limit: '2', cursor: '17' });
    expect(jumped.entries.map(({ name }) => name)).toEqual(names.slice(17, 19));
    expect(jumped.next_cursor).toBe('19');
    const root = await list({ path: source });
    expect(root.entries.map(({ name, type }) => [name, type])).toContainEqual([ODD, 'file']);
    const latin = root.entries.find(({ name }) => name.startsWith('latin'));
    expect(latin?.name).toBe('latin-\ufffd');

    const whole = await download(service, id, { path: join(source, 'big.bin') });
    expect(whole.bytes.equals(big)).toBe(true);
    expect(whole.headers).toMatchObject({
      'content-length': '3000000',
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="big.bin"; filename*=UTF-8''big.bin`,
      'x-content-type-options': 'nosniff',
    });
    const etag = String(whole.headers.etag);
    for (const [range, start, end] of [
      ['bytes=0-0', 0, 1],
      ['bytes=1000000-2999999', 1_000_000, 3_000_000],
      ['bytes=-5', 2_999_995, 3_000_000],
      ['bytes=2999990-', 2_999_990, 3_000_000],
    ] as const) {
      const part = await download(service, id, { path: join(source, 'big.bin') }, { range, 'if-range': etag });
      expect([part.status, part.headers['content-range']]).toEqual([206, `bytes ${start}-${end - 1}/3000000`]);
      expect(part.bytes.equals(big.subarray(start, end))).toBe(true);
    }
    const beyond = await download(service, id, { path: join(source, 'big.bin') }, { range: 'bytes=3000000-' });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */3000000']);
    const other = await download(
      service,
      id,
      { path: join(source, 'big.bin') },
      { range: 'bytes=0-0', 'if-range': '"x"' },
    );
    expect([other.status, other.bytes.length]).toEqual([200, 3_000_000]);
    expect((await download(service, id, { path: join(source, 'big.bin') }, { 'if-none-match': etag })).status).toBe(
      304,
    );
    expect((await download(service, id, { path: join(source, ODD) })).bytes.toString()).toBe('odd');
    expect((await download(service, id, { path: join(source, 'empty') })).bytes).toHaveLength(0);
    const byBytes = await download(service, id, { path: latin?.path ?? '' });
    expect([byBytes.status, byBytes.bytes.toString()]).toEqual([200, 'no UTF-8']);
    const head = await service.request('HEAD', url(id, 'download', { path: join(source, 'big.bin') }), {
      as: 'operator',
    });
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, '3000000', 0]);

    for (const format of ['tar', 'zip'] as const) {
      const archive = await download(service, id, { path: source, format });
      expect([archive.status, archive.headers['content-length']]).toEqual([200, undefined]);
      const unpacked = join(service.room, format);
      mkdirSync(unpacked);
      const file = join(service.room, `x.${format}`);
      writeFileSync(file, archive.bytes);
      if (format === 'tar') execFileSync('tar', ['-xf', file, '-C', unpacked]);
      else
        execFileSync('python3', [
          '-c',
          'import sys,zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])',
          file,
          unpacked,
        ]);
      const at = readdirSync(unpacked).includes('big.bin') ? unpacked : join(unpacked, source);
      expect(readFileSync(join(at, 'big.bin')).equals(big)).toBe(true);
      expect(readdirSync(join(at, 'many'))).toHaveLength(25);
      if (format === 'tar')
        expect(compareTrees(join(source, 'many'), join(at, 'many'), { ignore: ['mtimeNs'] })).toEqual([]);
    }

    const show = (path: string) => service.request('GET', url(id, 'preview', { path }), { as: 'operator' });
    const text = await show(join(source, ODD));
    expect([text.status, text.headers['content-type'], text.headers['x-truncated']]).toEqual([
      200,
      'text/plain; charset=utf-8',
      'false',
    ]);
    expect(text.headers['content-security-policy']).toContain('sandbox');
    expect((await show(join(source, 'big.bin'))).body).toMatchObject({ error: 'no_preview' });
    expect((await show(source)).status).toBe(422);

    for (const [path, status] of [
      [url(id, 'files', { path: '/nowhere' }), 404],
      [url(id, 'files', { path: join(source, 'empty') }), 404],
      [url(id, 'files', { path: source, cursor: 'x' }), 400],
      [url(id, 'files', { path: source, limit: '0' }), 400],
      [url(id, 'download', { path: '/nowhere' }), 404],
      [url('none', 'files', {}), 404],
    ] as const) {
      expect((await service.request('GET', path, { as: 'operator' })).status, path).toBe(status);
    }
    expect((await service.request('GET', url(id, 'download', { path: source }), { as: 'viewer' })).status).toBe(403);
    const seen = await service.catalog.read(({ audit }) =>
      audit.list({ action: 'backup.downloaded' }, { limit: 100, offset: 0 }),
    );
    expect(seen.map(({ details }) => details['path'])).toContain(join(source, 'big.bin'));
  }, 300_000);

  test('gives several of its files and folders in one archive, named from the folder in sight', async () => {
    const service = await startRestoreService();
    const { source } = service;
    const big = randomBytes(3_000_000);
    mkdirSync(join(source, 'sub/deep'), { recursive: true });
    writeFileSync(join(source, 'big.bin'), big);
    writeFileSync(join(source, 'left out'), 'x');
    writeFileSync(join(source, ODD), 'odd');
    writeFileSync(join(source, 'sub/deep/one.txt'), 'one');
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from('latin-\xe9', 'latin1')]), 'no UTF-8');
    const { id } = await service.backUp('2026-01-10T12:00:00Z');
    const chosen = (entries: readonly string[], more: Record<string, string> = {}) => {
      const query = new URLSearchParams({ path: source, ...more });
      for (const entry of entries) query.append('entry', entry);
      return `/api/v1/backup/${encodeURIComponent(id)}/download?${query.toString()}`;
    };
    const get = (path: string, as = 'operator') => service.request<{ error: string }>('GET', path, { as });
    const latin = `bytes:${source}/latin-%E9`;
    const entries = [join(source, 'big.bin'), join(source, ODD), latin, join(source, 'sub')];

    const zip = await get(chosen(entries));
    expect([zip.status, zip.headers['content-type'], zip.headers['content-disposition']]).toEqual([
      200,
      'application/zip',
      `attachment; filename="source.zip"; filename*=UTF-8''source.zip`,
    ]);
    expect(unzipped(service.room, zip.bytes)).toEqual({
      [ODD]: Buffer.from('odd'),
      'big.bin': big,
      'latin-%E9': Buffer.from('no UTF-8'),
      'sub/': Buffer.alloc(0),
      'sub/deep/': Buffer.alloc(0),
      'sub/deep/one.txt': Buffer.from('one'),
    });
    const tar = await get(chosen([join(source, 'sub/deep')], { format: 'tar' }));
    const listing = execFileSync('tar', ['-t'], { input: tar.bytes, encoding: 'utf8' });
    expect(listing).toBe('sub/deep/\nsub/deep/one.txt\n');

    for (const [path, status] of [
      [chosen([join(source, 'none')]), 404],
      [chosen(['/etc/passwd']), 400],
      [chosen([source]), 400],
      [chosen(Array.from({ length: 1001 }, () => '/x')), 400],
      [chosen([join(source, 'big.bin')], { path: join(source, 'big.bin') }), 422],
      [`${chosen([join(source, 'big.bin')])}&format=zip&format=tar`, 400],
    ] as const) {
      expect((await get(path)).status, path.slice(0, 300)).toBe(status);
    }
    expect((await get(chosen(entries), 'viewer')).status).toBe(403);
    const seen = await service.catalog.read(({ audit }) =>
      audit.list({ action: 'backup.downloaded' }, { limit: 100, offset: 0 }),
    );
    expect(seen.map(({ details }) => details)).toContainEqual({ path: source, as: 'zip', chosen: 4, entries });
  }, 300_000);

  test('a download of what is damaged breaks off instead of ending; a client that goes away ends the work', async () => {
    const service = await startRestoreService();
    for (let at = 0; at < 8; at++) writeFileSync(join(service.source, `${at}.bin`), randomBytes(4_000_000));
    const { id } = await service.backUp('2026-01-10T12:00:00Z');
    const far = url(id, 'download', { path: '/', format: 'tar' });
    const gone = await new Promise<string>((resolve) => {
      const request = get(
        { port: service.port, path: far, headers: { authorization: 'Bearer operator' } },
        (answer) => {
          answer.once('data', () => request.destroy());
          answer.once('close', () => resolve('closed'));
        },
      );
      request.once('error', () => undefined);
    });
    expect(gone).toBe('closed');
    const packs = execFileSync('find', [join(service.access.location, 'data'), '-type', 'f', '-size', '+3M'], {
      encoding: 'utf8',
    });
    for (const pack of packs.trim().split('\n')) damageFile(pack, 'a flipped bit');
    const end = await new Promise<string>((resolve) => {
      get({ port: service.port, path: far, headers: { authorization: 'Bearer operator' } }, (answer) => {
        if (answer.statusCode !== 200) resolve(`${answer.statusCode}`);
        answer.resume();
        answer.once('aborted', () => resolve('broken'));
        answer.once('end', () => resolve('whole'));
        answer.once('error', () => resolve('broken'));
      });
    });
    expect(['broken', '422']).toContain(end);
  }, 300_000);

  test('is compared with another one, searched by name, and tells the versions of a file', async () => {
    const service = await startRestoreService();
    const { source } = service;
    mkdirSync(join(source, 'letters'));
    writeFileSync(join(source, 'letters/Budget 2026.ods'), 'one');
    writeFileSync(join(source, 'letters/old.txt'), 'gone soon');
    const first = await service.backUp('2026-01-10T12:00:00Z');
    writeFileSync(join(source, 'letters/Budget 2026.ods'), 'two, longer');
    rmSync(join(source, 'letters/old.txt'));
    writeFileSync(join(source, 'letters/new.txt'), 'new');
    await service.backUp('2026-01-11T12:00:00Z');
    writeFileSync(join(source, 'letters/Budget 2026.ods'), 'one');
    const last = await service.backUp('2026-01-12T12:00:00Z');
    await service.area.upkeep.settled();

    const diffOf = (query: Record<string, string>) =>
      service.request('GET', `/api/v1/backup/diff?${new URLSearchParams(query).toString()}`, { as: 'viewer' });
    const diff = await diffOf({ from: first.id, to: last.id });
    expect(diff.body).toMatchObject({ added_files: 1, removed_files: 1, truncated: false });
    const added = await diffOf({ from: first.id, to: last.id, change: 'added', prefix: join(source, 'letters') });
    expect(added.body).toMatchObject({
      entries: [{ path: join(source, 'letters/new.txt'), change: 'added' }],
      total: 1,
    });
    expect((await diffOf({ from: first.id, to: 'none' })).status).toBe(404);

    const search = async (q: string) =>
      (
        await service.request('GET', `/api/v1/targets/Documents/search?${new URLSearchParams({ q }).toString()}`, {
          as: 'viewer',
        })
      ).body;
    expect(await search('budget 2026')).toMatchObject({
      hits: [
        {
          path: join(source, 'letters/Budget 2026.ods'),
          name: 'Budget 2026.ods',
          versions: 2,
          size: 3,
          backup_id: last.id,
          present: true,
        },
      ],
      index: { complete: true, backups: 3, backups_indexed: 3 },
    });
    expect(await search('old')).toMatchObject({ hits: [{ present: false, backup_id: first.id, versions: 1 }] });
    expect(await search('')).toMatchObject({ hits: [] });
    const path = new URLSearchParams({ path: join(source, 'letters/Budget 2026.ods') }).toString();
    const versions = await service.request('GET', `/api/v1/targets/documents/versions?${path}`, { as: 'viewer' });
    expect(versions.body).toMatchObject({
      versions: [
        { backup_id: last.id, backups: 2, size: 3, first_seen: '2026-01-10T12:00:00.000Z' },
        { size: 11, backups: 1 },
      ],
    });

    await service.catalog.write(async ({ backups }) => {
      await backups.update({ ...first, removedAt: new Date(), removedReason: 'asked' });
    });
    service.events.publish('backup.removed', service.clock.now(), { backup_id: first.id, target_id: 'documents' });
    await service.area.upkeep.settled();
    expect(await search('old')).toMatchObject({ hits: [], index: { complete: true, backups: 2 } });
    expect((await service.request('GET', '/api/v1/targets/none/search?q=x', { as: 'viewer' })).status).toBe(404);
  }, 300_000);
});
