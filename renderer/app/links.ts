/** Where pages are. Ids stand in the query: they may have slashes. */
export const links = {
  task: (taskId: string, tab?: string) =>
    `/tasks/detail?id=${encodeURIComponent(taskId)}${tab === undefined ? '' : `&tab=${tab}`}`,
  run: (taskId: string, runId: string) => `/tasks/detail?id=${encodeURIComponent(taskId)}&tab=log&run=${runId}`,
  editTask: (taskId: string) => `/tasks/edit?id=${encodeURIComponent(taskId)}`,
  newTask: '/tasks/new',
  repositories: '/repositories',
  repository: (repositoryId: string) => `/repositories/detail?id=${encodeURIComponent(repositoryId)}`,
  newRepository: '/repositories/new',
  protect: '/protect',
  targets: '/targets',
  target: (targetId: string) => `/targets/detail?id=${encodeURIComponent(targetId)}`,
  editTarget: (targetId: string) => `/targets/edit?id=${encodeURIComponent(targetId)}`,
  restoreTarget: (targetId: string) => `/restore?target=${encodeURIComponent(targetId)}`,
  /** Into a backup. */
  browse: (backupId: string) => `/restore?backup=${encodeURIComponent(backupId)}`,
  channels: '/alerts?tab=channels',
  agent: (agentId: string) => `/machines?id=${encodeURIComponent(agentId)}`,
};
