import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  SETTINGS_CATALOG,
  SETTINGS_FOLDER,
  SETTINGS_MANIFEST,
  SETTINGS_SECRETS,
  type SettingsManifest,
} from '../../../contracts/settings-snapshot.ts';
import type { Clock } from '../../app/clock/ports.ts';
import type { SettingsSource } from '../../app/repositories/ports.ts';
import { replaceFile } from '../files/durable-file.ts';

export interface SettingsSourceOptions {
  readonly dataFolder: string;
  /** Writes a copy of the catalog that was checked. */
  readonly copyCatalogTo: (path: string) => Promise<void>;
  /** Writes what is of use on this machine only in a form that is so on others. */
  readonly exportSecretsTo: (folder: string) => Promise<void>;
  readonly clock: Clock;
  readonly version: string;
}

/** Beside the catalog's copy, as they are. Not `tokens/`, which are made new, nor logs. */
const PARTS = ['config.json', 'custom-tasks', 'secrets'] as const;

export class DataFolderSettings implements SettingsSource {
  readonly #options: SettingsSourceOptions;

  constructor(options: SettingsSourceOptions) {
    this.#options = options;
  }

  async stage() {
    const { dataFolder, copyCatalogTo, exportSecretsTo } = this.#options;
    const folder = join(dataFolder, SETTINGS_FOLDER);
    const clear = () => rm(folder, { recursive: true, force: true });
    await clear();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    try {
      await copyCatalogTo(join(folder, SETTINGS_CATALOG));
      await exportSecretsTo(join(folder, SETTINGS_SECRETS));
      await replaceFile(join(folder, SETTINGS_MANIFEST), Buffer.from(JSON.stringify(this.#manifest())), 0o600);
    } catch (error) {
      await clear();
      throw error;
    }
    const parts = PARTS.map((name) => join(dataFolder, name)).filter((path) => existsSync(path));
    return { paths: [folder, ...parts], clear };
  }

  #manifest(): SettingsManifest {
    const { clock, dataFolder, version } = this.#options;
    return { format: 1, made_at: clock.now().toISOString(), version, host: hostname(), data_folder: dataFolder };
  }
}
