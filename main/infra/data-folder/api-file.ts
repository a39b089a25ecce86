import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What the owner of a data folder says of itself in `run/api.json`, so that clients find it (windows.md). */
export const ApiFile = z.object({
  url: z.url(),
  port: z.int().min(1).max(65535),
  pid: z.int().positive(),
  instanceId: z.uuid(),
  startedAt: z.iso.datetime(),
  version: z.string(),
});
export type ApiFile = z.infer<typeof ApiFile>;

const NAME = 'api.json';

/** Atomic: a client sees the old file or the new one, never half of one. */
export function writeApiFile(runFolder: string, content: ApiFile): void {
  const path = join(runFolder, NAME);
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(content)}\n`, { mode: 0o644 });
  renameSync(temporary, path);
}

/** Null if there is none, or none that makes sense. It may be of a process that is gone. */
export function readApiFile(runFolder: string): ApiFile | null {
  try {
    return ApiFile.parse(JSON.parse(readFileSync(join(runFolder, NAME), 'utf8')));
  } catch {
    return null;
  }
}

export function removeApiFile(runFolder: string): void {
  rmSync(join(runFolder, NAME), { force: true });
}
