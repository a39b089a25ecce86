/**
 * `guardit repo` by itself: what it prints and does is what guardit.ts does with the same words. Bundled apart from that, it shares
 * no code with the service, so none of what only the service needs is read at its start.
 */
import { runCommandLine } from './command-line.ts';
import { REPOSITORY } from './commands/repository-group.ts';

// As in guardit.ts.
process.exit(await runCommandLine(process.argv, [REPOSITORY]));
