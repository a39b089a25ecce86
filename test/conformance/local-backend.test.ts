import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalBackend } from '../../main/engine/backend/local-backend.ts';
import { describeBackend } from './backend-conformance.ts';

const factory = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guardit-conformance-'));
  const root = join(folder, 'repository');
  return {
    backend: new LocalBackend(root),
    other: new LocalBackend(root),
    plantForeign: async (relativePath: string, content: Uint8Array) => {
      await mkdir(dirname(join(root, relativePath)), { recursive: true });
      await writeFile(join(root, relativePath), content);
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
};

describeBackend('LocalBackend', factory, { takesForeignFiles: true });
