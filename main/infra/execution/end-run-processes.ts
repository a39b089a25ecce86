import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRunProcesses } from './process-scan.ts';
import type { RunProcesses } from './process-scan.ts';

const POLL_MS = 50;
/** Each look reads all of /proc: those who take long are looked at less often. */
const SLOWEST_POLL_MS = 500;
/** How often those that survive SIGKILL are killed anew: new ones may have been forked between a look and a kill. */
const KILL_ROUNDS = 40;

/**
 * Ends everything that a run has started: asks (SIGTERM), waits up to `graceMs`, then kills. Resolves when nothing is
 * left, with 0, or with the number of processes that can't be killed (they hang in the kernel).
 * With no groupId it ends what a crashed GuardIT left of a run.
 */
export async function endRunProcesses(run: RunProcesses, graceMs: number): Promise<number> {
  if (process.platform === 'win32') return endByTaskkill(run);
  return process.platform === 'linux' ? new LinuxTree(run).end(graceMs) : endGroup(run, graceMs);
}

class LinuxTree {
  readonly #runId: string;
  #groupId: number | null;

  constructor(run: RunProcesses) {
    this.#runId = run.runId;
    this.#groupId = run.groupId;
  }

  async end(graceMs: number): Promise<number> {
    const deadlineMs = performance.now() + graceMs;
    if (graceMs > 0) await this.#signal('SIGTERM');
    // One that is stopped would see SIGTERM only when it is continued.
    if (graceMs > 0) await this.#signal('SIGCONT');
    for (let pollMs = POLL_MS; performance.now() < deadlineMs; pollMs = Math.min(pollMs * 1.5, SLOWEST_POLL_MS)) {
      if ((await this.#find()).length === 0) return 0;
      await sleep(Math.min(pollMs, Math.max(1, deadlineMs - performance.now())));
    }
    for (let round = 0; round < KILL_ROUNDS; round++) {
      if ((await this.#signal('SIGKILL')) === 0) return 0;
      await sleep(POLL_MS);
    }
    return (await this.#find()).length;
  }

  async #find(): Promise<readonly number[]> {
    const { pids, groupAlive } = await findRunProcesses({ runId: this.#runId, groupId: this.#groupId });
    // An empty group's number may soon be somebody else's.
    if (!groupAlive) this.#groupId = null;
    return pids;
  }

  /** The number of processes that were there. */
  async #signal(signal: NodeJS.Signals): Promise<number> {
    const pids = await this.#find();
    // The group at one blow, so that none forks a new member meanwhile; then the others, for whom twice does no harm.
    if (this.#groupId !== null) send(-this.#groupId, signal);
    for (const pid of pids) send(pid, signal);
    return pids.length;
  }
}

/** Where processes can't be looked at: the group only, and what left it stays. */
async function endGroup({ groupId }: RunProcesses, graceMs: number): Promise<number> {
  if (groupId === null) return 0;
  const deadlineMs = performance.now() + graceMs;
  if (graceMs > 0) send(-groupId, 'SIGTERM');
  while (performance.now() < deadlineMs) {
    if (!send(-groupId, 0)) return 0;
    await sleep(POLL_MS);
  }
  for (let round = 0; round < KILL_ROUNDS; round++) {
    if (!send(-groupId, 'SIGKILL')) return 0;
    await sleep(POLL_MS);
  }
  return 1;
}

/** Windows knows no request to end that a console program must hear: the tree is killed at once. */
async function endByTaskkill({ groupId }: RunProcesses): Promise<number> {
  if (groupId === null) return 0;
  return new Promise((resolve) => {
    execFile('taskkill.exe', ['/PID', String(groupId), '/T', '/F'], { windowsHide: true }, (error) => {
      // 128: there is no such process any more.
      resolve(error === null || error.code === 128 ? 0 : 1);
    });
  });
}

/** False: nobody is there. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
