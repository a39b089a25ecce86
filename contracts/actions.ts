import type { z } from 'zod';
import {
  apiCallConfigSchema,
  customConfigSchema,
  scriptConfigSchema,
  webhookConfigSchema,
} from './actions/action-configs.ts';
import {
  backupConfigSchema,
  pruneConfigSchema,
  restoreDrillConfigSchema,
  verifyConfigSchema,
} from './actions/own-action-configs.ts';

export {
  backupConfigSchema,
  pruneConfigSchema,
  restoreDrillConfigSchema,
  verifyConfigSchema,
} from './actions/own-action-configs.ts';
export type { BackupConfig, PruneConfig, RestoreDrillConfig, VerifyConfig } from './actions/own-action-configs.ts';
export {
  apiCallConfigSchema,
  customConfigSchema,
  scriptConfigSchema,
  webhookConfigSchema,
} from './actions/action-configs.ts';
export type { ApiCallConfig, CustomConfig, ScriptConfig, WebhookConfig } from './actions/action-configs.ts';
export { isSecretHeader, isSecretVariable, MASK, maskSecrets, maskUrl, restoreMasked } from './actions/mask-secrets.ts';
export { isSecretLike, namesSecret, SECRET_NAME, secretReferenceSchema } from './actions/secret-reference.ts';
export type { SecretReference } from './actions/secret-reference.ts';

/** What a person configures, as seed 2 has it. */
export const CONFIGURED_ACTIONS = ['script', 'api_call', 'webhook', 'custom'] as const;
/** What GuardIT does by itself. */
export const OWN_ACTIONS = [
  'backup',
  'verify',
  'prune',
  'copy',
  'restore_drill',
  'key_rotation',
  'restore',
  'consolidate',
  'cleanup',
  'settings_backup',
] as const;

export const ACTION_TYPES = [...CONFIGURED_ACTIONS, ...OWN_ACTIONS] as const;

export type ConfiguredAction = (typeof CONFIGURED_ACTIONS)[number];
export type ActionType = (typeof ACTION_TYPES)[number];

/**
 * What each type's `config` must be. Keep what was sent, not what the schema gives: that has the defaults filled in, which
 * are for whoever executes.
 */
export const ACTION_CONFIG_SCHEMAS = {
  script: scriptConfigSchema,
  api_call: apiCallConfigSchema,
  webhook: webhookConfigSchema,
  custom: customConfigSchema,
  backup: backupConfigSchema,
  verify: verifyConfigSchema,
  prune: pruneConfigSchema,
  restore_drill: restoreDrillConfigSchema,
} as const satisfies Partial<Record<ActionType, z.ZodType>> & Record<ConfiguredAction, z.ZodType>;
