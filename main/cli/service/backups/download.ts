import { createWriteStream } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { oneOf } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { pour } from '../pour.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { backupPath } from './find-backup.ts';

interface DownloadFlags {
  readonly output?: string;
  readonly format?: string;
  readonly force?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<backup>', 'its id')
    .argument('<path>', 'a file or folder of it, as "backups files" and "backups search" show it')
    .option('-o, --output <file>', 'where to; - is standard output (default: its name, in this folder)')
    .option('--format <format>', 'of a folder: zip or tar (default: zip)', oneOf('zip', 'tar'))
    .option('--force', 'replace the file that is there');
  addServiceOptions(command);
  addServiceExamples(
    command,
    [
      'backups download backup-documents-full-20261122T174900-1a2b /srv/documents/offer.pdf',
      'backups download backup-documents-full-20261122T174900-1a2b /srv/documents --format tar -o - | tar -t',
    ],
    'A file appears under its name when it is complete, never before.',
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<DownloadFlags> = async ({ client, flags, operands, output, signal }) => {
  const [id = '', path = ''] = operands;
  const { format, force = false } = flags;
  const toStandardOutput = flags.output === '-';
  if (toStandardOutput && flags.json) throw new UsageError('--json and the bytes can not both go to standard output.');
  const bytes = await (await client()).stream(backupPath(id, 'download'), { path, format });
  if (toStandardOutput) return pour(bytes, output, signal);
  const file = flags.output ?? defaultName(path, format);
  const bytesWritten = await toFile(bytes, file, force, signal);
  if (output.isJson) output.record({ file, bytes: bytesWritten });
  else output.say(`${file} is complete.`);
};

function defaultName(path: string, format: string | undefined): string {
  const name = basename(path.replaceAll('\\', '/'));
  if (name === '' || name === '..') throw new UsageError('Say --output: everything has no name of its own.');
  return format === undefined ? name : `${name}.${format}`;
}

/** Written aside, and moved there as a whole. Answers how many bytes it has. */
async function toFile(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  force: boolean,
  signal: AbortSignal,
): Promise<number> {
  const staged = `${file}.${process.pid}.part`;
  const sink = createWriteStream(staged, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await pipeline(bytes, sink, { signal });
    if (force) await rename(staged, file);
    // Unlike a rename, a new link takes nobody's place.
    else await link(staged, file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new UsageError(`${file} is there already. Say --force to replace it, or another --output.`);
    throw error;
  } finally {
    await rm(staged, { force: true });
  }
  return sink.bytesWritten;
}
