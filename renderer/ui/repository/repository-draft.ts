import {
  ConnectRepository,
  CreateRepository,
  LocalLocation,
  type CreatedRepository,
  type ConnectedRepository,
  type RepositoryTestReport,
  type ShownKit,
} from '../../../contracts/repositories.ts';
import type { z } from 'zod';
import { repositoryActions } from '../../api/repository-actions.ts';
import type { Problems } from '../form/problems.ts';

export const WAYS = ['create', 'connect'] as const;
export type Way = (typeof WAYS)[number];

/** A repository as the form's fields hold it: text, until it is sent. */
export interface RepositoryDraft {
  readonly way: Way;
  readonly name: string;
  readonly path: string;
  readonly password: string;
  readonly immutableDays: string;
}

export const EMPTY_REPOSITORY: RepositoryDraft = { way: 'create', name: '', path: '', password: '', immutableDays: '' };

/** What the form has made. */
export interface MadeRepository {
  readonly repository: z.infer<typeof CreatedRepository> | z.infer<typeof ConnectedRepository>;
  /** Of a new one, shown this once. */
  readonly kit: ShownKit | null;
  /** Null: the test itself could not be done. */
  readonly test: z.infer<typeof RepositoryTestReport> | null;
}

/** As the API takes it, and what it would refuse. */
export function repositoryBody(draft: RepositoryDraft): { readonly body: unknown; readonly problems: Problems } {
  const { way, name, path, password, immutableDays } = draft;
  const body = {
    name: name.trim(),
    kind: 'local',
    location: { path: path.trim() },
    ...((password !== '' || way === 'connect') && { password }),
    ...(immutableDays.trim() !== '' && { immutable_days: Number(immutableDays) }),
  };
  const problems: Record<string, string> = {};
  const schema = way === 'create' ? CreateRepository : ConnectRepository;
  for (const issue of schema.safeParse(body).error?.issues ?? []) problems[issue.path.join('.')] ??= issue.message;
  for (const issue of LocalLocation.safeParse(body.location).error?.issues ?? [])
    problems[['location', ...issue.path].join('.')] ??= issue.message;
  return { body, problems };
}

/** Makes or connects it, then tries it at once: what is wrong with the place is said before anybody relies on it. */
export async function makeRepository(way: Way, body: unknown): Promise<MadeRepository> {
  const made = way === 'create' ? await repositoryActions.create(body) : await repositoryActions.connect(body);
  const test = await repositoryActions.test(made.repository_id).catch(() => null);
  return { repository: made, kit: 'recovery_kit' in made ? made.recovery_kit : null, test };
}
