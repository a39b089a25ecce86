import { z } from 'zod';

/** What somebody may do (api.md, "Who may do what"). */
export const ROLES = ['admin', 'operator', 'viewer', 'reporter', 'agent'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;
