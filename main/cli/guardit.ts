import { runCommandLine } from './command-line.ts';
import { COMMANDS } from './commands/commands.ts';

// Whatever is still open by now (a worker that ends, a socket that lingers) has nothing left to say.
process.exit(await runCommandLine(process.argv, COMMANDS));
