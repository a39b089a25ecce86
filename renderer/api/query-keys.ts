/**
 * The names of what is kept of the API's answers. All keys begin with the area that they are about, so that one event makes a
 * whole area old (app/live/event-effects.ts).
 */
export const keys = {
  me: ['me'] as const,
  setup: ['setup'] as const,
  overview: ['overview'] as const,
  tasks: ['tasks'] as const,
  task: (taskId: string) => ['tasks', 'one', taskId] as const,
  taskPart: (taskId: string, part: string, ...more: readonly unknown[]) =>
    ['tasks', 'one', taskId, part, ...more] as const,
  runs: ['runs'] as const,
  runsOf: (taskId: string, page: number) => ['runs', 'of', taskId, page] as const,
  run: (runId: string) => ['runs', 'one', runId] as const,
  scheduler: ['scheduler'] as const,
  schedulePreview: (schedule: string, timeZone: string | null) => ['schedule-preview', schedule, timeZone] as const,
  alerts: ['alerts'] as const,
  alertList: (...filter: readonly unknown[]) => ['alerts', ...filter] as const,
  channels: ['channels'] as const,
  channelPart: (channelId: number, part: string, ...more: readonly unknown[]) =>
    ['channels', channelId, part, ...more] as const,
  repositories: ['repositories'] as const,
  repository: (repositoryId: string) => ['repositories', 'one', repositoryId] as const,
  repositoryPart: (repositoryId: string, part: string, ...more: readonly unknown[]) =>
    ['repositories', 'one', repositoryId, part, ...more] as const,
  storage: ['repositories', 'storage'] as const,
  targets: ['targets'] as const,
  target: (targetId: string) => ['targets', 'one', targetId] as const,
  protection: ['targets', 'protection'] as const,
  protectionFigures: (days: number) => ['targets', 'figures', days] as const,
  backups: ['backups'] as const,
  backupList: (...filter: readonly unknown[]) => ['backups', 'list', ...filter] as const,
  backup: (backupId: string) => ['backups', 'one', backupId] as const,
  backupSchedules: ['backup-schedules'] as const,
  verifications: (...filter: readonly unknown[]) => ['verifications', ...filter] as const,
  agents: ['agents'] as const,
  agentRuns: (agentId: string, ...more: readonly unknown[]) => ['agents', agentId, 'runs', ...more] as const,
  audit: (...filter: readonly unknown[]) => ['audit', ...filter] as const,
  users: ['users'] as const,
  apiKeys: ['api-keys'] as const,
  secrets: ['secrets'] as const,
  health: ['health'] as const,
  restores: ['restores'] as const,
  /** What lies in a snapshot never changes. */
  snapshot: (...what: readonly unknown[]) => ['snapshot', ...what] as const,
};
