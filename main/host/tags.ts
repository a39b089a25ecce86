/** What the groups of the API's reference are about, in their order there. */
export const TAGS: Readonly<Record<string, string>> = {
  tasks: 'Units of work in the catalog: monitored ones, which report by themselves, and those that GuardIT runs.',
  status: 'What monitored tasks report, and what follows from it: runs, history, figures.',
  runs: 'Executions: start, watch, cancel, read their logs; the scheduler.',
  restore: 'Getting things back: browse, search, download and restore backups.',
  verification: 'Proofs that backups can be restored: verifications, checks, restore drills.',
  agents: 'Other machines that execute backups by themselves and post their results.',
  alerts: 'What is amiss, and the channels through which people are told of it.',
  repositories: 'Where backups are kept: their keys, their recovery kits, and the clock that immutability goes by.',
  access: 'Logins, users, API keys, tenants.',
  secrets: 'Passwords and tokens that configurations refer to by name.',
  audit: 'Who did what.',
  system: 'Health, figures, events and this description.',
};
