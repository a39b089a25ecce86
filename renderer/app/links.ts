/** Where pages are. Ids stand in the query: they may have slashes. */
export const links = {
  task: (taskId: string, tab?: string) =>
    `/tasks/detail?id=${encodeURIComponent(taskId)}${tab === undefined ? '' : `&tab=${tab}`}`,
  run: (taskId: string, runId: string) => `/tasks/detail?id=${encodeURIComponent(taskId)}&tab=log&run=${runId}`,
  editTask: (taskId: string) => `/tasks/edit?id=${encodeURIComponent(taskId)}`,
  newTask: '/tasks/new',
  agent: (agentId: string) => `/machines?id=${encodeURIComponent(agentId)}`,
};
