import { readFileSync } from 'node:fs';
import type { ProcessResult, RunningProcess } from './processes.ts';

const POLL_MS = 20;

/**
 * The most memory a process ever had resident, in bytes, as the kernel keeps it: the last look before its end is at most
 * some milliseconds old. Linux only; 0 elsewhere.
 */
export async function withPeakMemory(running: RunningProcess): Promise<{ result: ProcessResult; peakBytes: number }> {
  let peakBytes = 0;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
      peakBytes = Math.max(peakBytes, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended, or this is no Linux.
    }
  };
  const timer = setInterval(look, POLL_MS);
  try {
    const result = await running.result;
    return { result, peakBytes };
  } finally {
    clearInterval(timer);
  }
}
