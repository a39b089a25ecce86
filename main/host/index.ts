/** What those who host the service need: the command line and the tray. */
export { defaultDataFolderPath } from '../infra/data-folder/data-folder.ts';
export { isClaimed, startOrClaim } from './claim.ts';
export { isStartProblem } from './start-problem.ts';
export { AlreadyOwned, Service, type ServiceOptions } from './service.ts';
export { SettingsError, type Settings } from './settings.ts';
