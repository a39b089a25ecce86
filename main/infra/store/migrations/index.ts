import type { Migration } from './migration.ts';
import { settings } from './0001-settings.ts';
import { tasks } from './0002-tasks.ts';
import { access } from './0003-access.ts';
import { runs } from './0004-runs.ts';
import { statuses } from './0005-statuses.ts';
import { agents } from './0006-agents.ts';
import { agentsRetention } from './0007-agents-retention.ts';
import { alerts } from './0009-alerts.ts';
import { protection } from './0008-protection.ts';
import { storage } from './0010-storage.ts';
import { anomalies } from './0011-anomalies.ts';
import { overview } from './0012-overview.ts';

/** In the order in which they run. One line per area. */
export const MIGRATIONS: readonly Migration[] = [
  settings,
  tasks,
  access,
  runs,
  statuses,
  agents,
  agentsRetention,
  protection,
  alerts,
  storage,
  anomalies,
  overview,
];
