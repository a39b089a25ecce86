import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readRecoveryKit } from '../../../contracts/recovery-kit.ts';
import type { RecoveryReport } from '../../host/recover/recover-data-folder.ts';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { plural } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { REPOSITORY_VARIABLES } from '../password/environment-password.ts';
import { obtainPassword } from '../password/password-sources.ts';
import { processTerminal } from '../password/prompt.ts';
import { productVersion } from '../product.ts';

interface RecoverFlags {
  readonly kit?: string;
  readonly passwordFile?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

const AFTER = `
Brings GuardIT itself back after the loss of its machine: targets, schedules, tasks, users, secrets and history, from the newest
backup of its settings in the repository. The data folder must be empty or not there yet. Nothing in the repository is
changed, but that it gets a key where the stored one does not open it. Where it holds no settings, it is connected to a new catalog.

To restore files alone, this is not needed: guardit repo restore, or restic, does that.

Examples:
  guardit recover /mnt/backup --kit recovery-kit.txt --data-dir /var/lib/guardit
  guardit recover /mnt/backup                         asks for the password of the recovery kit`;

export function define(command: Command, invocation: Invocation): void {
  command
    .argument('<location>', 'where the repository is now, for example /mnt/backup')
    .option('--kit <file>', 'the recovery kit, as text or JSON: its password opens the repository')
    .option('-p, --password-file <file>', 'read the password from a file instead')
    .option('--data-dir <folder>', 'the data folder to make (default: $GUARDIT_DATA_DIR, else the usual one)')
    .option('--json', 'what came back as JSON, on one line')
    .option('-q, --quiet', 'only results and trouble')
    .option('--debug', 'show where an error came from')
    .addHelpText('after', AFTER)
    .action((location: string, flags: RecoverFlags) => recover(location, flags, invocation));
}

async function recover(location: string, flags: RecoverFlags, invocation: Invocation): Promise<void> {
  const { output, interruption } = invocation;
  output.configure({ json: flags.json ?? false, quiet: flags.quiet ?? false, verbose: 0 });
  invocation.debug = flags.debug ?? false;
  invocation.outlivesItsReader = true;
  interruption.arm();
  const password = await passwordFor(location, flags, interruption.signal);
  const { defaultDataFolderPath } = await import('../../host/index.ts');
  const { recoverDataFolder } = await import('../../host/recover/recover-data-folder.ts');
  const dataFolder = flags.dataDir ?? process.env['GUARDIT_DATA_DIR'] ?? defaultDataFolderPath();
  const say = (line: string) => output.say(line);
  const options = { location, password, dataFolder, version: productVersion(), signal: interruption.signal, say };
  const report = await recoverDataFolder(options).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'RecoveryRefused') throw new UsageError(error.message);
    throw error;
  });
  if (output.isJson) output.record(recordOf(report));
  else tell(output, report, location);
}

async function passwordFor(location: string, flags: RecoverFlags, signal: AbortSignal): Promise<string> {
  if (flags.kit !== undefined && flags.passwordFile !== undefined) {
    throw new UsageError('--kit and --password-file do not go together: each has the password.');
  }
  if (flags.kit !== undefined) return kitPassword(flags.kit);
  const option = { flag: '--kit FILE or --password-file', path: flags.passwordFile };
  const request = { of: location, option, variables: REPOSITORY_VARIABLES };
  const password = await obtainPassword(request, process.env, processTerminal(signal));
  return typeof password === 'string' ? password : Buffer.from(password).toString();
}

function kitPassword(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The recovery kit ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const kit = readRecoveryKit(text);
  if (!kit) throw new UsageError(`There is no password in ${path}. Write it into a file and use --password-file FILE.`);
  return kit.password;
}

function tell(output: Output, report: RecoveryReport, location: string): void {
  const { settings, repository, counts, snapshots, adopted, closedRuns, dataFolder } = report;
  const { record, isMoved, hasNewKey } = repository;
  if (settings === null) {
    output.print(`${location} holds no settings of GuardIT. It is connected to a new catalog, as ${record.name}.`);
    output.print(`It has ${plural(snapshots, 'snapshot')}, of which ${adopted} can be listed and restored now.`);
  } else {
    output.print(`GuardIT is back in ${dataFolder}, as it was on ${settings.host} at ${settings.made_at}:`);
    const { targets, schedules, backups, tasks, runs, secrets } = counts;
    const rows = { targets, schedules, backups, tasks, 'runs of the history': runs, secrets };
    for (const [name, count] of Object.entries(rows)) output.print(`  ${String(count).padStart(7)}  ${name}`);
    if (adopted > 0) {
      output.print(`${plural(adopted, 'snapshot')} that came later or from others can be listed and restored as well.`);
    }
    if (closedRuns > 0)
      output.print(
        `${plural(closedRuns, 'run')} that had been under way ${closedRuns === 1 ? 'is' : 'are'} closed as failed.`,
      );
  }
  if (isMoved) output.print(`The repository ${record.name} is at ${location} from now on.`);
  if (hasNewKey) output.print('GuardIT has a new key for it, since the stored one did not open it.');
  for (const line of nextSteps(report)) output.print(line);
}

function nextSteps({ settings, repository, dataFolder }: RecoveryReport): string[] {
  const { id } = repository.record;
  const steps = [
    `Start the service:  guardit serve --data-dir ${dataFolder}`,
    'Look at config.json, and whether the paths of the targets are there on this machine.',
    ...(settings === null
      ? []
      : [
          'See to it that the old machine does not run GuardIT as well: both would back up to the same places.',
          `If the old machine was stolen, replace the key that it knows: POST /api/v1/repositories/${id}/rotate-key.`,
          'Immutable backups stay so until the clock is confirmed: POST /api/v1/clock/confirm.',
        ]),
    `Make a new recovery kit and store it:  POST /api/v1/repositories/${id}/kit.`,
  ];
  return ['', 'What to do next:', ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
}

function recordOf({ settings, repository, counts, ...rest }: RecoveryReport) {
  return {
    message_type: 'recovered',
    data_folder: rest.dataFolder,
    settings_of: settings && { made_at: settings.made_at, host: settings.host, version: settings.version },
    repository_id: repository.record.id,
    is_moved: repository.isMoved,
    has_new_key: repository.hasNewKey,
    ...counts,
    snapshots: rest.snapshots,
    adopted: rest.adopted,
    closed_runs: rest.closedRuns,
  };
}
