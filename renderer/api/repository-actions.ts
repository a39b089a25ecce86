import { RunStarted } from '../../contracts/cleanup.ts';
import {
  ConnectedRepository,
  CreatedRepository,
  RenewedKit,
  Repository,
  RepositoryTestReport,
  type UpdateRepository,
} from '../../contracts/repositories.ts';
import { RunView } from '../../contracts/runs.ts';
import { call, pathPart } from './client.ts';

const pathOf = (repositoryId: string) => `/api/v1/repositories/${pathPart(repositoryId)}`;

/** What can be done to repositories, for every page that offers it. */
export const repositoryActions = {
  create: (body: unknown) => call('/api/v1/repositories', { method: 'POST', body, reply: CreatedRepository }),
  connect: (body: unknown) =>
    call('/api/v1/repositories/connect', { method: 'POST', body, reply: ConnectedRepository }),
  update: (id: string, body: UpdateRepository) => call(pathOf(id), { method: 'PATCH', body, reply: Repository }),
  disconnect: (id: string) => call(pathOf(id), { method: 'DELETE' }),
  test: (id: string) => call(`${pathOf(id)}/test`, { method: 'POST', reply: RepositoryTestReport }),
  renewKit: (id: string) => call(`${pathOf(id)}/kit`, { method: 'POST', reply: RenewedKit }),
  confirmKit: (id: string) => call(`${pathOf(id)}/kit/confirm`, { method: 'POST', reply: Repository }),
  rotateKey: (id: string) => call(`${pathOf(id)}/rotate-key`, { method: 'POST', reply: RunView }),
  prune: (id: string) => call(`${pathOf(id)}/prune`, { method: 'POST', reply: RunStarted }),
};
