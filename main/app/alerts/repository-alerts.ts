import type { AlertKind, AlertSeverity } from '../../../contracts/alerts.ts';
import { repositoryConcerns, type RepositoryConcern } from '../repositories/repository-concerns.ts';
import type { AlertSource } from './alert-watch.ts';

const ALERTS: Readonly<
  Record<RepositoryConcern['code'], { readonly kind: AlertKind; readonly severity: AlertSeverity }>
> = {
  not_reachable: { kind: 'repository_unreachable', severity: 'critical' },
  kit_not_stored: { kind: 'recovery_kit', severity: 'warning' },
  kit_due: { kind: 'recovery_kit', severity: 'warning' },
  rotation_overdue: { kind: 'key_rotation', severity: 'warning' },
};

/** What somebody has to see to about repositories: out of reach, a kit that nobody has stored, keys that grow old. */
export const REPOSITORY_CONCERNS: AlertSource = {
  name: 'repositories',
  kinds: ['repository_unreachable', 'recovery_kit', 'key_rotation'],
  concerns: async ({ repositories }, now) =>
    (await repositories.list()).flatMap((record) =>
      repositoryConcerns(record, now).map(({ code, message }) => ({
        ...ALERTS[code],
        object: `repository:${record.id}`,
        message,
      })),
    ),
};
