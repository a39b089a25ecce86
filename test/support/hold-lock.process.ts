/** Run as a process: takes a lock (argv: location, password, mode), says `locked`, releases it when its input ends. */
import { LocalBackend } from '../../main/engine/backend/local-backend.ts';
import { Repository } from '../../main/engine/repository/repository.ts';

const [location = '', password = '', mode] = process.argv.slice(2);
const repository = await Repository.open(new LocalBackend(location), { password });
const lock = await repository.lock(mode === 'exclusive' ? 'exclusive' : 'shared');
process.stdout.write('locked\n');
for await (const _ of process.stdin);
await lock.release();
process.stdout.write(lock.signal.aborted ? 'lost\n' : 'released\n');
