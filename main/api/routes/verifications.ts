import { BackupParams, TargetParams } from '../../../contracts/browse.ts';
import {
  DrillList,
  DrillListQuery,
  StartDrill,
  StartedVerification,
  VerificationList,
  VerificationListQuery,
  VerificationParams,
  VerificationView,
} from '../../../contracts/verifications.ts';
import { getVerification, listVerifications } from '../../app/verification/read-verifications.ts';
import { startDrill, startVerification, type Started } from '../../app/verification/start-verification.ts';
import type { VerificationDeps } from '../../app/verification/verification-deps.ts';
import { operation, type Access, type Operation } from '../operation.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const OPERATORS: Access = { roles: ['admin', 'operator'] };
const COMMON = { tag: 'verification', family: 'manager' } as const;

/** Proofs that backups can be restored (api.md, section 5). */
export function verificationOperations(deps: VerificationDeps): Operation[] {
  return [...starting(deps), ...reading(deps)];
}

function starting(deps: VerificationDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'verifyBackup',
      method: 'POST',
      path: '/api/v1/backup/{backupId}/verify',
      summary: 'Verify a backup',
      description:
        'Reads, decrypts and hashes every byte that it needs. 409 run_active while another backup of its target is verified. ' +
        'Damage fails the run, marks the backups that share it and raises an alert.',
      access: OPERATORS,
      params: BackupParams,
      responses: { 202: { description: 'It was started, or goes on already.', schema: StartedVerification } },
      errors: ['not_found', 'run_active', 'unprocessable'],
      handle: async ({ caller, params }) => ({
        status: 202,
        body: startedView(await startVerification(deps, caller, params.backupId)),
      }),
    }),
    operation({
      ...COMMON,
      id: 'startDrill',
      method: 'POST',
      path: '/api/v1/targets/{targetId}/drill',
      summary: 'Try a restore',
      description:
        "Restores a sample of the target's newest good backup to scratch space, compares it with the backup's hashes and with " +
        'the files that are there unchanged, and measures how long a whole restore would take. For a schedule make a task of ' +
        'the type restore_drill.',
      access: OPERATORS,
      params: TargetParams,
      body: StartDrill,
      bodyOptional: true,
      responses: { 202: { description: 'It was started, or goes on already.', schema: StartedVerification } },
      errors: ['not_found', 'run_active', 'unprocessable'],
      handle: async ({ caller, params, body }) => ({
        status: 202,
        body: startedView(await startDrill(deps, caller, params.targetId, body?.sample_percent)),
      }),
    }),
  ];
}

function reading(deps: VerificationDeps): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'listVerifications',
      method: 'GET',
      path: '/api/v1/verifications',
      summary: 'List verifications, newest first',
      access: READERS,
      query: VerificationListQuery,
      responses: { 200: { description: 'A page of them, and how many match.', schema: VerificationList } },
      errors: [],
      handle: async ({ caller, query }) => {
        const { limit, offset, kind, repository_id: repositoryId, target_id: targetId, backup_id: backupId } = query;
        const filter = { kind, repositoryId, targetId, backupId };
        const { verifications, total } = await listVerifications(deps, caller, filter, { limit, offset });
        return { status: 200, body: { verifications, total, limit, offset } };
      },
    }),
    operation({
      ...COMMON,
      id: 'getVerification',
      method: 'GET',
      path: '/api/v1/verifications/{verificationId}',
      summary: 'Show a verification',
      access: READERS,
      params: VerificationParams,
      responses: { 200: { description: 'What it found, or how far it is.', schema: VerificationView } },
      errors: ['not_found'],
      handle: async ({ caller, params }) => ({
        status: 200,
        body: await getVerification(deps, caller, params.verificationId),
      }),
    }),
    operation({
      ...COMMON,
      id: 'listDrills',
      method: 'GET',
      path: '/api/v1/drills',
      summary: 'List restore drills, newest first',
      access: READERS,
      query: DrillListQuery,
      responses: { 200: { description: 'A page of them, and how many match.', schema: DrillList } },
      errors: [],
      handle: async ({ caller, query }) => {
        const { limit, offset, target_id: targetId } = query;
        const filter = { kind: 'drill', targetId } as const;
        const { verifications, total } = await listVerifications(deps, caller, filter, { limit, offset });
        return { status: 200, body: { drills: verifications, total, limit, offset } };
      },
    }),
  ];
}

function startedView({ run, targetId, backupId }: Started) {
  return { verification_id: run.id, run_id: run.id, status: run.state, backup_id: backupId, target_id: targetId };
}
