/** Where pages are. Ids stand in the query: they may have slashes. */
export const links = {
  task: (taskId: string, tab?: string) =>
    `/tasks/detail?id=${encodeURIComponent(taskId)}${tab === undefined ? '' : `&tab=${tab}`}`,
  run: (taskId: string, runId: string) => `/tasks/detail?id=${encodeURIComponent(taskId)}&tab=log&run=${runId}`,
  editTask: (taskId: string) => `/tasks/edit?id=${encodeURIComponent(taskId)}`,
  newTask: '/tasks/new',
  restoreTarget: (targetId: string, tab?: string) =>
    `/restore?target=${encodeURIComponent(targetId)}${tab === undefined ? '' : `&by=${tab}`}`,
  /** Into a backup; `path` as the API gives it. */
  browse: (backupId: string, path?: string) =>
    `/restore?backup=${encodeURIComponent(backupId)}${path === undefined ? '' : `&path=${encodeURIComponent(path)}`}`,
  compare: (targetId: string, from: string, to: string) =>
    `/restore?target=${encodeURIComponent(targetId)}&by=compare&from=${encodeURIComponent(from)}&to=${encodeURIComponent(to)}`,
  restored: (restoreId: string) => `/restore?restore=${restoreId}`,
  repositories: '/repositories',
  repository: (repositoryId: string) => `/repositories/detail?id=${encodeURIComponent(repositoryId)}`,
  newRepository: '/repositories/new',
  protect: '/protect',
  targets: '/targets',
  target: (targetId: string) => `/targets/detail?id=${encodeURIComponent(targetId)}`,
  editTarget: (targetId: string) => `/targets/edit?id=${encodeURIComponent(targetId)}`,
  channels: '/alerts?tab=channels',
  agent: (agentId: string) => `/machines?id=${encodeURIComponent(agentId)}`,
};
