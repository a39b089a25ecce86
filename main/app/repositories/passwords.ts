import { randomBytes, randomInt } from 'node:crypto';

/** Without what looks like something else on paper or over the telephone: 0 o, 1 l i, u v. */
const READABLE = 'abcdefghjkmnpqrstwxyz23456789';
const [GROUPS, GROUP_LENGTH] = [7, 5];

/** For a key that GuardIT works with, which nobody ever types. */
export function newAccessPassword(): string {
  return randomBytes(32).toString('base64url');
}

/** For people: seven groups of five, 170 bits. */
export function newReadablePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => READABLE[randomInt(READABLE.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
