import { HEALTH_STATES, type Health, type HealthState } from '../../../contracts/system.ts';
import type { Clock } from '../clock/ports.ts';
import type { HealthCheck, HealthFinding } from './ports.ts';

const UNKNOWN: HealthFinding = { status: 'failing', problems: ['This could not be found out.'] };

/** How the service is, from all its checks. */
export class HealthReport {
  readonly #checks: readonly HealthCheck[];
  readonly #clock: Clock;
  readonly #version: string;
  readonly #startedAt: Date;

  constructor(checks: readonly HealthCheck[], clock: Clock, version: string) {
    this.#checks = checks;
    this.#clock = clock;
    this.#version = version;
    this.#startedAt = clock.now();
  }

  async now(): Promise<Health> {
    const checks = await Promise.all(
      this.#checks.map(async ({ name, check }) => {
        const { status, problems } = await check().catch((): HealthFinding => UNKNOWN);
        return { name, status, problems: [...problems] };
      }),
    );
    // A clock that is set back must not make it negative.
    const uptimeMs = Math.max(0, this.#clock.now().getTime() - this.#startedAt.getTime());
    return {
      status: worst(checks.map(({ status }) => status)),
      version: this.#version,
      uptime_seconds: Math.floor(uptimeMs / 1000),
      checks,
    };
  }
}

function worst(states: readonly HealthState[]): HealthState {
  return HEALTH_STATES[Math.max(0, ...states.map((state) => HEALTH_STATES.indexOf(state)))] ?? 'failing';
}
