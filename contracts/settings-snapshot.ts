import { z } from 'zod';
import { Instant } from './common/instant.ts';

/** Marks snapshots of GuardIT's own catalog, settings and secrets. */
export const SETTINGS_TAG = 'guardit-settings';

/** In the data folder while it is backed up, so in the snapshot: where the catalog's copy and this manifest lie. */
export const SETTINGS_FOLDER = 'settings-backup';
export const SETTINGS_CATALOG = 'catalog.sqlite';
export const SETTINGS_MANIFEST = 'manifest.json';
/** Secrets that the old machine's system had sealed, opened; missing where nothing was sealed. */
export const SETTINGS_SECRETS = 'secrets';

/** What a settings snapshot says of itself. */
export const SettingsManifest = z.object({
  format: z.literal(1),
  made_at: Instant,
  version: z.string(),
  host: z.string(),
  data_folder: z.string(),
});
export type SettingsManifest = z.infer<typeof SettingsManifest>;
