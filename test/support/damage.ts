import {
  chmodSync,
  closeSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

export type Damage = 'a flipped bit' | 'cut in half' | 'emptied' | 'missing';
export const DAMAGES: readonly Damage[] = ['a flipped bit', 'cut in half', 'emptied', 'missing'];

/** What disks, transfers and people do to files. Objects are read-only, which only slows people down. */
export function damageFile(path: string, damage: Damage): void {
  chmodSync(path, 0o600);
  if (damage === 'missing') rmSync(path);
  else if (damage === 'emptied') truncateSync(path, 0);
  else if (damage === 'cut in half') truncateSync(path, Math.floor(statSync(path).size / 2));
  else flipBit(path, Math.floor(statSync(path).size / 2));
}

export function flipBit(path: string, offset: number): void {
  const fd = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ 0x10;
  writeSync(fd, byte, 0, 1, offset);
  closeSync(fd);
}

/** Sound content under a name that is not its own. */
export function replaceBy(path: string, other: string): void {
  chmodSync(path, 0o600);
  writeFileSync(path, readFileSync(other));
}
