import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT_CODES } from '../../../app/errors/error-faces.ts';
import { durationMs } from '../../commands/common-options.ts';
import { UsageError } from '../../failure.ts';
import type { Invocation } from '../../invocation.ts';
import { SERVICE_HELP } from '../service-help.ts';
import { addServiceExamples, addServiceOptions, talksToService, type ServiceAction } from '../service-command.ts';
import { gather, type Overview } from './gather.ts';
import { gatherMore, moreLines } from './more.ts';
import { overviewLines } from './render.ts';

interface StatusFlags {
  readonly storage?: boolean;
  readonly verbose?: boolean;
  readonly watch?: boolean;
  /** Milliseconds. */
  readonly interval: number;
}

const MIN_INTERVAL_MS = 500;
const CLEAR_SCREEN = '\u001b[2J\u001b[H';

export function define(command: Command, invocation: Invocation): void {
  command
    .option('--storage', 'also what repositories take, and when they will be full')
    .option('-v, --verbose', 'also targets, runs that have not ended, and storage')
    .option('-w, --watch', 'go on showing it until Ctrl+C')
    .option('--interval <duration>', 'with --watch: how often to look', durationMs, 2_000);
  addServiceOptions(command);
  addServiceExamples(
    command,
    ['status', 'status --watch', 'status --storage', 'status --json --verbose'],
    'Exit codes: 0 all is well, 1 the service is not reached or failing, 3 something is wrong: a task has failed, is overdue\n' +
      `or stuck. Warnings, also of the service itself, are shown and do not count.\n${SERVICE_HELP}`,
  );
  talksToService(command, invocation, run);
}

const run: ServiceAction<StatusFlags> = async (context) => {
  const { flags, output, service, signal } = context;
  if (flags.interval < MIN_INTERVAL_MS) throw new UsageError('--interval must be at least 500ms.');
  const attachment = await service();
  let last = '';
  for (;;) {
    const overview = await gather(attachment);
    const more = await gatherMore(attachment.client, {
      storage: flags.storage ?? false,
      verbose: flags.verbose ?? false,
    });
    const shown = output.isJson
      ? JSON.stringify({ ...overview, ...more })
      : [...overviewLines(overview), ...moreLines(more)].join('\n');
    if (!flags.watch || shownAnew(shown, last, output.isJson)) {
      if (flags.watch && process.stdout.isTTY && !output.isJson) output.print(`${CLEAR_SCREEN}${shown}`);
      else output.print(shown);
      last = shown;
    }
    if (!flags.watch) return exitCodeOf(overview);
    // Ctrl+C is how it is meant to end.
    await wait(flags.interval, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return exitCodeOf(overview);
  }
};

/** The time that the service is up always differs: that alone is no news. */
function shownAnew(shown: string, last: string, isJson: boolean): boolean {
  const news = (text: string) => (isJson ? text.replace(/"uptime_seconds":[\d.]+/, '') : text);
  return news(shown) !== news(last);
}

export function exitCodeOf({ health, counts }: Overview): number {
  if (health.status === 'failing') return EXIT_CODES.failure;
  return counts.wrong > 0 ? EXIT_CODES.incomplete : EXIT_CODES.success;
}
