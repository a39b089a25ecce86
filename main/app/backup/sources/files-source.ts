import { FilesConfig } from '../../../../contracts/targets.ts';
import { backUpPaths, commandsOf } from './back-up-paths.ts';
import type { BackupSource } from './backup-source.ts';

/** Files and folders by their paths. */
export const filesSource: BackupSource = {
  commands: (config) => commandsOf(FilesConfig.parse(config)),
  backUp: (config, order, tools, context) => {
    const { paths, ...rules } = FilesConfig.parse(config);
    return backUpPaths(paths, rules, order, tools, context);
  },
  items: () => Promise.resolve([]),
};
