/** What the groups of the API's reference are about, in their order there. */
export const TAGS: Readonly<Record<string, string>> = {
  tasks: 'Units of work in the catalog: monitored ones, which report by themselves, and those that GuardIT runs.',
  status: 'What monitored tasks report, and what follows from it: runs, history, figures.',
  runs: 'Executions: start, watch, cancel, read their logs; the scheduler.',
  targets: 'What is protected: files and folders, scenarios.',
  backups: 'Snapshots with the runs that make them: start, watch, list, delete; chains.',
  schedules: 'Backups that happen by themselves.',
  retention: 'What is kept and what goes: simulation, cleanup, prune.',
  protection: 'How well everything is protected: status, figures, storage.',
  agents: 'Other machines that execute backups by themselves and post their results.',
  alerts: 'What is amiss, and the channels through which people are told of it.',
  repositories: 'Where backups are kept: their keys, their recovery kits, and the clock that immutability goes by.',
  access: 'Logins, users, API keys, tenants.',
  secrets: 'Passwords and tokens that configurations refer to by name.',
  audit: 'Who did what.',
  system: 'Health, figures, events and this description.',
};
