import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openReader } from './connections.ts';
import { findDamage } from './integrity.ts';

/** 4 MiB a step: between two of them the thread could do something else, and memory stays small. */
const PAGES_IN_STEP = 1_000;

export interface CopyResult {
  /** Empty: the copy is whole, checked, and on the disk. Otherwise it is gone again. */
  readonly findings: readonly string[];
}

/**
 * Copies a database that is in use, as it is at one instant. The read transaction around the copy keeps that instant: without
 * it SQLite would begin anew after every commit of somebody else. Blocks for as long as the disk takes to write all of it,
 * so it runs in a thread of its own.
 */
export async function makeVerifiedCopy(source: string, destination: string): Promise<CopyResult> {
  rmSync(destination, { force: true });
  try {
    const connection = openReader(source);
    try {
      connection.exec('BEGIN');
      connection.prepare('SELECT count(*) FROM sqlite_schema').get();
      await connection.backup(destination, { progress: () => PAGES_IN_STEP });
    } finally {
      connection.close();
    }
    const findings = verify(destination);
    if (findings.length > 0) rmSync(destination, { force: true });
    return { findings };
  } catch (error) {
    rmSync(destination, { force: true });
    throw error;
  }
}

function verify(path: string): string[] {
  const copy = new Database(path, { fileMustExist: true });
  try {
    // One file, which can be read where nothing may be written.
    copy.pragma('journal_mode = DELETE');
    const findings = findDamage(copy, 'full');
    if (findings.length > 0) return findings;
  } finally {
    copy.close();
  }
  const descriptor = openSync(path, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return [];
}
