import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { chunkStream } from '../../../main/api/http/chunk-stream.ts';
import { contentDisposition } from '../../../main/api/http/content-disposition.ts';
import { previewType } from '../../../main/app/browse/preview.ts';

async function* chunks(end: { done: boolean }, failAfter = Infinity): AsyncGenerator<Uint8Array> {
  try {
    for (let at = 0; at < 4; at++) {
      if (at === failAfter) throw new Error('It is damaged.');
      yield Buffer.from(`${at}`);
    }
  } finally {
    end.done = true;
  }
}

describe('a stream of chunks', () => {
  test('has all of them', async () => {
    const end = { done: false };
    expect((await buffer(await chunkStream(chunks(end)))).toString()).toBe('0123');
    expect(end.done).toBe(true);
  });

  test('what fails at once is an error before there is a stream', async () => {
    await expect(chunkStream(chunks({ done: false }, 0))).rejects.toThrow('It is damaged.');
  });

  test('what fails later destroys it instead of ending it', async () => {
    const stream = await chunkStream(chunks({ done: false }, 2));
    await expect(buffer(stream)).rejects.toThrow('It is damaged.');
  });

  test('whoever goes away ends the work, also before anything was read', async () => {
    const end = { done: false };
    const stream = await chunkStream(chunks(end));
    stream.destroy();
    await once(stream, 'close');
    await new Promise((resolve) => setImmediate(resolve));
    expect(end.done).toBe(true);
  });
});

describe('Content-Disposition', () => {
  test.each([
    ['report.pdf', `attachment; filename="report.pdf"; filename*=UTF-8''report.pdf`],
    ['a "b".txt', `attachment; filename="a _b_.txt"; filename*=UTF-8''a%20%22b%22.txt`],
    ['Größe €.txt', `attachment; filename="Gr__e _.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%82%AC.txt`],
    ['a\r\nSet-Cookie: x', `attachment; filename="a__Set-Cookie: x"; filename*=UTF-8''a__Set-Cookie%3A%20x`],
    ['../../etc', `attachment; filename=".._.._etc"; filename*=UTF-8''.._.._etc`],
    ['half \ud83d', `attachment; filename="half _"; filename*=UTF-8''half%20%EF%BF%BD`],
    ["it's 100%.txt", `attachment; filename="it's 100_.txt"; filename*=UTF-8''it%27s%20100%25.txt`],
    ['', `attachment; filename="file"; filename*=UTF-8''file`],
  ])('%j', (name, header) => {
    expect(contentDisposition('attachment', name)).toBe(header);
  });
});

describe('what can be shown', () => {
  test.each([
    ['plain text', 'text/plain; charset=utf-8'],
    ['', 'text/plain; charset=utf-8'],
    ['<html><script>alert(1)</script>', 'text/plain; charset=utf-8'],
    ['<svg xmlns="http://www.w3.org/2000/svg">', 'text/plain; charset=utf-8'],
    [Buffer.from('Größe').subarray(0, 3), 'text/plain; charset=utf-8'],
    [Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), 'image/png'],
    [Buffer.from('\xff\xd8\xff\xe0\0', 'latin1'), 'image/jpeg'],
    ['%PDF-1.7\n', 'application/pdf'],
    [Buffer.from([0, 1, 2, 3]), undefined],
    [Buffer.from('abc\xff\xfe\xfddef', 'latin1'), undefined],
  ])('%j is %s', (head, contentType) => {
    expect(previewType(Buffer.from(head as string))?.contentType).toBe(contentType);
  });
});
