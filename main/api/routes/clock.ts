import { ClockView, ConfirmClock } from '../../../contracts/clock.ts';
import type { AuditLog } from '../../app/audit/audit-log.ts';
import type { ClockReading, TrustedClock } from '../../app/retention/trusted-clock.ts';
import { operation, type Operation } from '../operation.ts';

export interface ClockRoutes {
  readonly trustedClock: TrustedClock;
  readonly audit: Pick<AuditLog, 'record'>;
}

const DIFFERS_FROM_MS = 5 * 60_000;
const COMMON = { tag: 'repositories', family: 'manager', path: '/api/v1/clock' } as const;

/** The clock that immutability goes by. */
export function clockOperations({ trustedClock, audit }: ClockRoutes): Operation[] {
  return [
    operation({
      ...COMMON,
      id: 'getClock',
      method: 'GET',
      summary: 'Show the clock that immutability goes by',
      description: 'A backup stays immutable until both clocks have passed its time.',
      access: { roles: ['admin', 'operator', 'viewer'] },
      responses: { 200: { description: 'Both clocks.', schema: ClockView } },
      errors: [],
      handle: async () => ({ status: 200, body: viewOf(trustedClock.read()) }),
    }),
    operation({
      ...COMMON,
      id: 'confirmClock',
      path: '/api/v1/clock/confirm',
      method: 'POST',
      summary: 'Say that the wall clock is right',
      description:
        'After a long time without the service, or after a wrong clock was set right. Compare it with another clock first: a clock ' +
        'that is ahead ends protection early.',
      access: { roles: ['admin'] },
      body: ConfirmClock,
      bodyOptional: true,
      responses: { 200: { description: 'Both clocks, as they are now.', schema: ClockView } },
      errors: [],
      handle: async ({ caller }) => {
        await trustedClock.confirm(async (stores) => {
          const { trusted, wall } = trustedClock.read();
          const details = { trusted_before: trusted.toISOString(), confirmed: wall.toISOString() };
          await audit.record(stores, { caller, action: 'clock.confirmed', object: 'clock:trusted', details });
        });
        return { status: 200, body: viewOf(trustedClock.read()) };
      },
    }),
  ];
}

function viewOf({ trusted, wall, differenceMs }: ClockReading): ClockView {
  return {
    trusted: trusted.toISOString(),
    wall: wall.toISOString(),
    difference_seconds: differenceMs / 1000,
    differs: Math.abs(differenceMs) > DIFFERS_FROM_MS,
  };
}
