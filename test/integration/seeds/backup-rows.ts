import { join } from 'node:path';
import type { SeedRow } from './seed-row.ts';

type Kept = Readonly<Record<string, string>>;

/** What a backup needs before: a repository and a target of a folder, both by these names. */
export function protectedBy(repository: string, ...targets: readonly string[]): readonly SeedRow[] {
  return [
    {
      about: `makes the repository ${repository}`,
      method: 'POST',
      path: '/api/v1/repositories',
      body: ({ scratch = '' }: Kept) => ({
        name: repository,
        kind: 'local',
        location: { path: join(scratch, 'repository') },
      }),
      as: 'admin',
      status: 201,
      answer: { repository_id: repository },
    },
    ...targets.map((name) => ({
      about: `protects ${name}`,
      method: 'POST',
      path: '/api/v1/targets',
      body: ({ scratch = '' }: Kept) => ({
        name,
        kind: 'files',
        config: { paths: [join(scratch, 'source')] },
        repository_id: repository,
      }),
      as: 'admin' as const,
      status: 201,
      answer: { target_id: name, warnings: [] },
    })),
  ];
}

/** Waits for a backup that an earlier row has kept. */
export function finished(about: string, id: string, answer?: unknown): SeedRow {
  return {
    about,
    method: 'GET',
    path: `/api/v1/backup/:${id}`,
    as: 'admin',
    status: 200,
    until: 'completed',
    ...(answer === undefined ? {} : { answer }),
  };
}
