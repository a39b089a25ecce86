/** What a run is doing, or how it ended; a backup's and a restore's states are the same (api.md, section 5). */
export const RUN_STATES = ['pending', 'running', 'completed', 'failed', 'cancelled'] as const;
