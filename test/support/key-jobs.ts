import type { RepositoryAccess } from '../../main/app/engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../../main/app/engine-jobs/ports/jobs.ts';
import { TEST_SCRYPT } from '../../main/engine/crypto/key-file.ts';
import type { KeyId } from '../../main/engine/base/ids.ts';
import { openLocation, Repository } from '../../main/engine/index.ts';

/**
 * The engine's work on keys, in this thread and with cheap keys: a test that opens a repository dozens of times takes seconds
 * with it. Everything else is refused.
 */
export function keyJobs(): EngineJobs {
  const refuse = () => Promise.reject(new Error('This test works on keys only.'));
  const others = ['testRepository', 'backup', 'restore', 'verifySnapshot', 'check', 'forget', 'prune', 'storage'];
  const more = ['tagSnapshot', 'walkSnapshot', 'diff'];
  return {
    ...(Object.fromEntries([...others, ...more].map((name) => [name, refuse])) as unknown as EngineJobs),
    initRepository: ({ location, password }) =>
      factsOf(Repository.init(openLocation(location), { password, scrypt: TEST_SCRYPT })),
    openRepository: (access) => factsOf(open(access)),
    listKeys: async (access) => {
      const keys = await (await open(access)).listKeys();
      return keys.map(({ id, current, username, hostname, created }) => ({
        ...{ id, isCurrent: current, userName: username, hostName: hostname, created },
      }));
    },
    addKey: async (access, password) => (await open(access)).addKey(password, { scrypt: TEST_SCRYPT }),
    removeKey: async (access, keyId) => {
      const repository = await open(access);
      const keys = await repository.listKeys();
      if (keys.some(({ id }) => id === keyId)) await repository.removeKey(keyId as KeyId);
    },
    listSnapshots: () => Promise.resolve([]),
  };
}

function open({ location, password }: RepositoryAccess): Promise<Repository> {
  return Repository.open(openLocation(location), { password });
}

async function factsOf(opening: Promise<Repository>) {
  const { config, keyId } = await opening;
  return { engineId: config.id, keyId, version: config.version };
}
