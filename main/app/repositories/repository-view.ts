import type { Repository } from '../../../contracts/repositories.ts';
import { kitNeeds, rotationDueAt } from './repository-concerns.ts';
import type { RepositoryRecord } from './ports.ts';

/** A repository as the API shows it: without anything that opens it. */
export function repositoryView(record: RepositoryRecord): Repository {
  return {
    repository_id: record.id,
    name: record.name,
    kind: record.kind,
    location: { ...record.location },
    engine_id: record.engineId,
    immutable_days: record.immutableDays,
    key_rotation_days: record.rotationDays,
    key_rotated_at: record.accessRotatedAt.toISOString(),
    key_rotation_due_at: instantOf(rotationDueAt(record)),
    holds_settings: record.holdsSettings,
    kit: {
      created_at: instantOf(record.kitCreatedAt),
      confirmed_at: instantOf(record.kitConfirmedAt),
      needs: kitNeeds(record),
    },
    created_at: record.createdAt.toISOString(),
    updated_at: record.updatedAt.toISOString(),
    checked_at: instantOf(record.checkedAt),
    problem: record.problem,
  };
}

function instantOf(date: Date | null): string | null {
  return date?.toISOString() ?? null;
}
