/**
 * `restic unlock` asks whether a lock's owner lives by sending SIGHUP to its PID (repository-format, section 15). A Node
 * process without a handler dies of that, so whoever holds a lock must have one. Counted, because locks nest.
 */
let holders = 0;
const ignoreHangup = () => {};

export function holdHangupGuard(): () => void {
  if (holders++ === 0 && process.platform !== 'win32') process.on('SIGHUP', ignoreHangup);
  let released = false;
  return () => {
    if (released) return;
    released = true;
    if (--holders === 0) process.off('SIGHUP', ignoreHangup);
  };
}
