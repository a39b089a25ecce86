import type { AppUpdater, ProgressInfo, UpdateInfo } from 'electron-updater';
import type { Emits } from '../electron/emits.ts';

/** What the shell uses of electron-updater. */
export type UpdaterPort = Pick<
  AppUpdater,
  'autoDownload' | 'autoInstallOnAppQuit' | 'allowDowngrade' | 'checkForUpdates' | 'quitAndInstall'
> &
  Emits<{
    'update-available': [info: Pick<UpdateInfo, 'version'>];
    'update-not-available': [];
    'download-progress': [info: Pick<ProgressInfo, 'percent'>];
    'update-downloaded': [info: Pick<UpdateInfo, 'version'>];
    error: [error: Error];
  }>;
