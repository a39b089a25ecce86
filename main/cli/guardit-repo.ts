/**
 * `guardit repo` by itself: what it prints and does is what guardit.ts does with the same words. Bundled apart from that, it shares
 * no code with the service, so none of what only the service needs is read at its start.
 */
import { likelyOpening } from './opening-ahead.ts';
import { prepareOpening } from '../engine/opening-ahead.ts';
import { readsPacks } from './reads-packs.ts';

// Before anything is loaded that understands the words. A wrong guess costs a little time, nothing else.
const words = process.argv.slice(3);
const opening = likelyOpening(words, process.env);
if (opening) prepareOpening(opening.folder, opening.password);
if (readsPacks(words)) (await import('../engine/threads-ahead.ts')).prepareCheck();

const [{ runCommandLine }, { REPOSITORY }] = await Promise.all([
  import('./command-line.ts'),
  import('./commands/repository-group.ts'),
]);
// As in guardit.ts.
process.exit(await runCommandLine(process.argv, [REPOSITORY]));
