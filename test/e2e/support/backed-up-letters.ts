import { mkdirSync, mkdtempSync, realpathSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import { until } from './until.ts';
import type { WebService } from './web-service.ts';

/** A name and a content that would do something if anybody took them for HTML. */
export const HOSTILE_NAME = '<img src=x onerror=alert(1)>.html';
export const HOSTILE_TEXT = '<!doctype html><script>document.title = "taken over"</script><b>bold</b>\n';
export const FIRST_PLAN = 'The plan, as it was at first.\n'.repeat(40);
export const SECOND_PLAN = `${FIRST_PLAN}And one more line.\n`;
export const FIRST_LETTER = 'Dear Anna,\n';

export interface Letters {
  /** What is backed up. */
  readonly source: string;
  /** Oldest first. */
  readonly backupIds: readonly string[];
  remove(): void;
}

/** A real repository and a target in it, with two backups: a file that changed, one that came and one that went. */
export async function backUpLetters(service: WebService): Promise<Letters> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'guardit-letters-')));
  const source = join(folder, 'letters');
  writeFirst(source);
  const { api } = service;
  await api('POST', '/api/v1/repositories', {
    name: 'disk',
    kind: 'local',
    location: { path: join(folder, 'repository') },
  });
  const config = { paths: [source] };
  await api('POST', '/api/v1/targets', { name: 'Letters', kind: 'files', config, repository_id: 'disk' });
  const first = await backUp(service, 'full');
  writeFileSync(join(source, 'plan.txt'), SECOND_PLAN);
  writeFileSync(join(source, 'new in the second.txt'), 'I was not there before.\n');
  unlinkSync(join(source, 'old letter.txt'));
  const second = await backUp(service, 'incremental');
  await indexed(service);
  return { source, backupIds: [first, second], remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function writeFirst(source: string): void {
  mkdirSync(join(source, 'to Anna/2026'), { recursive: true });
  mkdirSync(join(source, 'empty'));
  const files: Readonly<Record<string, string | Buffer>> = {
    'plan.txt': FIRST_PLAN,
    'old letter.txt': 'Somebody deleted me.\n',
    'to Anna/2026/january.txt': FIRST_LETTER,
    [HOSTILE_NAME]: HOSTILE_TEXT,
    'picture.png': picture(),
    'document.pdf': document('A page to be read'),
    'unknown.bin': Buffer.from([0, 1, 2, 3, 255, 254]),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(source, name), content);
}

async function backUp({ api }: WebService, type: string): Promise<string> {
  const body = { target_id: 'letters', backup_type: type };
  const { backup_id: id } = (await api('POST', '/api/v1/backup/start', body)) as { backup_id: string };
  await until(async () => {
    const { status } = (await api('GET', `/api/v1/backup/${id}`)) as { status: string };
    if (status === 'failed') throw new Error(`The backup ${id} failed.`);
    return status === 'completed';
  });
  return id;
}

function indexed({ api }: WebService): Promise<void> {
  return until(async () => {
    const found = (await api('GET', '/api/v1/targets/letters/search?q=plan')) as { index: { complete: boolean } };
    return found.index.complete;
  });
}

/** A PNG of a few green pixels. */
function picture(): Buffer {
  const size = 16;
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(size * 3, Buffer.of(16, 124, 16))]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))],
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A document of one page with one line. */
function document(line: string): Buffer {
  const drawing = `BT /F1 24 Tf 72 700 Td (${line}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const start = text.length;
  const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  text += `trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
