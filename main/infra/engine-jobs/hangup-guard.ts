/**
 * `restic unlock` asks whether a lock's owner lives by sending SIGHUP to its process (the engine's repository/hangup-guard.ts).
 * Threads can't listen to signals, so this one does for as long as any of them may hold a lock.
 */
let holders = 0;
const ignoreHangup = () => undefined;

/** Gives the function that lets go; each is called once. */
export function holdHangupGuard(): () => void {
  if (holders++ === 0 && process.platform !== 'win32') process.on('SIGHUP', ignoreHangup);
  return () => {
    if (--holders === 0) process.off('SIGHUP', ignoreHangup);
  };
}
