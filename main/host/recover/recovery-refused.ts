/** What asks for a recovery has to be changed first; the message says how. */
export class RecoveryRefused extends Error {
  override readonly name = 'RecoveryRefused';
}
