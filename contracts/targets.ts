import { z } from 'zod';

/** What can be protected (api.md, "Vocabulary"). Kinds of later issues are refused at the door. */
export const TARGET_KINDS = ['files', 'scenarios'] as const;
export const TargetKind = z.enum(TARGET_KINDS);
export type TargetKind = z.infer<typeof TargetKind>;
