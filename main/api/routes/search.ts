import {
  FileVersions,
  SearchQueryParams,
  SearchResult,
  TargetParams,
  VersionsQuery,
} from '../../../contracts/browse.ts';
import type { FileSearch } from '../../app/search/search-files.ts';
import { operation, type Access, type Operation } from '../operation.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const COMMON = { tag: 'restore', family: 'manager' } as const;

/** Finding files in all backups of a target (api.md, section 4). */
export function searchOperations(search: FileSearch): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'searchTarget',
      method: 'GET',
      path: '/api/v1/targets/{targetId}/search',
      summary: 'Find files by name in all backups of a target',
      description:
        'Names that contain all words, the best first. Answered from an index on this machine, which follows the backups.',
      access: READERS,
      params: TargetParams,
      query: SearchQueryParams,
      responses: { 200: { description: 'What was found.', schema: SearchResult } },
      errors: ['not_found'],
      handle: async ({ caller, params, query }) => ({
        status: 200,
        body: await search.search(caller, params.targetId, query),
      }),
    }),
    operation({
      ...COMMON,
      id: 'listFileVersions',
      method: 'GET',
      path: '/api/v1/targets/{targetId}/versions',
      summary: 'List the versions of a file over time',
      access: READERS,
      params: TargetParams,
      query: VersionsQuery,
      responses: { 200: { description: 'Its distinct contents, newest first.', schema: FileVersions } },
      errors: ['not_found'],
      handle: async ({ caller, params, query }) => ({
        status: 200,
        body: await search.versions(caller, params.targetId, query.path),
      }),
    }),
  ];
}
