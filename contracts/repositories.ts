import { z } from 'zod';

/** Kinds that the form knows; which of them can be opened, the engine says. */
export const REPOSITORY_KINDS = ['local', 's3', 'sftp', 'rest', 'smb', 'nfs'] as const;
export const RepositoryKind = z.enum(REPOSITORY_KINDS);
export type RepositoryKind = z.infer<typeof RepositoryKind>;
