import { chmodSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { GO_MODE } from '../../../main/engine/snapshot/go-mode.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const NOBODY = 65534;

/** All threads of the process change with it, and back again. */
async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
  process.setegid?.(NOBODY);
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

it.runIf(process.getuid?.() === 0)(
  'somebody who is not root restores for himself, again and again, and gets no foreign rights',
  async () => {
    const builder = await RepositoryBuilder.create();
    const file = (name: string, mode: number) => builder.file(name, [Buffer.from(name)], { mode, uid: 0, gid: 0 });
    const snapshot = await builder.snapshot([
      builder.folder('closed', [file('inside', 0o400)], { mode: GO_MODE.dir + 0o500 }),
      builder.folder('shut', [file('inside', 0o644)], { mode: GO_MODE.dir }),
      file('hidden', 0),
      file('program', 0o755 + GO_MODE.setuid + GO_MODE.setgid),
      file('read-only', 0o444),
    ]);
    const target = join(scratch.path, 'target');
    mkdirSync(target);
    chmodSync(scratch.path, 0o755);
    chmodSync(target, 0o777);
    const run = () =>
      asNobody(() => restore({ repository: builder.repository, snapshot, target, lock: 'none', workers: 2 }));
    expect((await run()).warnings).toEqual([]);
    const modes = () =>
      ['closed', 'shut', 'hidden', 'program', 'read-only', 'closed/inside'].map(
        (name) => lstatSync(join(target, name)).mode & 0o7777,
      );
    const expected = [0o500, 0, 0, 0o755, 0o444, 0o400];
    expect(modes()).toEqual(expected);
    expect(lstatSync(join(target, 'shut/inside'))).toMatchObject({ uid: NOBODY, gid: NOBODY });

    for (const name of ['closed/inside', 'shut/inside', 'read-only', 'hidden'])
      writeFileSync(join(target, name), 'changed');
    expect((await run()).warnings).toEqual([]);
    expect(modes()).toEqual(expected);
    for (const name of ['closed/inside', 'shut/inside', 'read-only', 'hidden']) {
      expect(readFileSync(join(target, name), 'utf8')).toBe(name.split('/').at(-1));
    }
  },
);
