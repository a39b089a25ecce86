/** Reports of one run. */
export const STEPS = 10;

/** What a script says at a step of its run: that it begins, how far it is, that it is done. */
export function reportOf(taskId: string, step: number) {
  const isLast = step === STEPS - 1;
  const status = isLast ? 'completed' : 'running';
  const message = step === 0 ? 'Starting backup' : isLast ? 'Backup completed successfully' : 'Backup in progress';
  return {
    method: 'POST' as const,
    path: `/api/status/${taskId}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status, message, progress: step * 11 }),
  };
}
