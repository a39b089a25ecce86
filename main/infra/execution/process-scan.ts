import { readdir, readFile } from 'node:fs/promises';

/** The processes of one run. */
export interface RunProcesses {
  /** Stands in the environment of everything that the run started, as GUARDIT_RUN_ID. */
  readonly runId: string;
  /** The process group and session of the script; null where nobody knows it (any more). */
  readonly groupId: number | null;
}

export interface FoundProcesses {
  /** All of them, without ended ones that wait for their parent. */
  readonly pids: readonly number[];
  /** Somebody is in the group still: until then its number can't go to another one. */
  readonly groupAlive: boolean;
}

interface ProcessStat {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
}

/**
 * Linux: everything that belongs to a run. Its group and session; what left them by setsid but has the run's id in its
 * environment; and the descendants of all these, which may have cleared their environment. Only a process that did both,
 * left and cleared, and whose parent has ended, is not found.
 */
export async function findRunProcesses(run: RunProcesses): Promise<FoundProcesses> {
  const processes = await listProcesses();
  const inGroup = processes.filter(({ groupId, sessionId }) => groupId === run.groupId || sessionId === run.groupId);
  const found = new Set(inGroup.map(({ pid }) => pid));
  for (const { pid } of processes) {
    if (!found.has(pid) && (await hasRunId(pid, run.runId))) found.add(pid);
  }
  addDescendants(found, processes);
  found.delete(process.pid);
  return { pids: [...found], groupAlive: inGroup.some(({ groupId }) => groupId === run.groupId) };
}

function addDescendants(found: Set<number>, processes: readonly ProcessStat[]): void {
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { pid, parentPid } of processes) if (found.has(parentPid)) found.add(pid);
  }
}

async function listProcesses(): Promise<ProcessStat[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: ProcessStat[] = [];
  for (const name of names) {
    const stat = parseStat(await readProcFile(name, 'stat'));
    if (stat !== null && stat.pid !== process.pid) found.push(stat);
  }
  return found;
}

/** `pid (name) state ppid pgrp session …`, proc(5). The name may contain blanks and parentheses. */
function parseStat(bytes: Buffer | null): ProcessStat | null {
  if (bytes === null) return null;
  const text = bytes.toString('latin1');
  const [state = 'X', parentPid, groupId, sessionId] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') return null;
  return {
    pid: Number.parseInt(text, 10),
    parentPid: Number(parentPid),
    groupId: Number(groupId),
    sessionId: Number(sessionId),
  };
}

async function hasRunId(pid: number, runId: string): Promise<boolean> {
  const environment = await readProcFile(String(pid), 'environ');
  if (environment === null) return false;
  const entry = Buffer.from(`GUARDIT_RUN_ID=${runId}\0`);
  const at = environment.indexOf(entry);
  return at === 0 || (at > 0 && environment.includes(Buffer.concat([Buffer.from([0]), entry])));
}

/** null: it has ended meanwhile, or is somebody else's. */
async function readProcFile(pid: string, name: string): Promise<Buffer | null> {
  return readFile(`/proc/${pid}/${name}`).catch(() => null);
}
