import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { productVersion } from '../product.ts';

interface ServeFlags {
  readonly host?: string;
  readonly port?: string;
  readonly dataDir?: string;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly newCatalog?: boolean;
  readonly claim?: boolean;
}

const AFTER = `
Prints one line with its address when it is ready; its log, a JSON object a line, goes to standard error. SIGTERM or Ctrl+C stops
it. Settings come from the options, the environment (GUARDIT_HOST, GUARDIT_PORT, GUARDIT_DATA_DIR, GUARDIT_LOG_LEVEL), config.json
in the data folder, in this order.

Examples:
  guardit serve
  guardit serve --port 3000 --data-dir /srv/guardit`;

export function define(command: Command, invocation: Invocation): void {
  command
    .option('--host <name>', 'where to listen; anything but this machine needs TLS (default: 127.0.0.1)')
    .option('--port <n>', 'where to listen; 0 takes any free port (default: 3000)')
    .option('--data-dir <folder>', 'where everything is kept (default: the usual folder of this system)')
    .option('--log-level <level>', 'debug, info, warn, error or silent (default: info)')
    .option('--new-catalog', 'keep the catalog that is there under another name and begin with an empty one')
    .option('--claim', 'wait while another process owns the data folder; a tray that stands in hands it over')
    .addHelpText('after', AFTER)
    .action((flags: ServeFlags) => serve(flags, invocation));
}

async function serve(flags: ServeFlags, invocation: Invocation): Promise<void> {
  // From here on, not first when it is ready: a service that is told to stop while it starts must stop, too.
  const ending = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    ending.signal.addEventListener('abort', () => resolve());
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());
  });
  const { defaultDataFolderPath, isStartProblem, Service, startOrClaim } = await import('../../host/index.ts');
  const dataFolder = flags.dataDir ?? process.env['GUARDIT_DATA_DIR'] ?? process.env['TASK_DATA_DIR'];
  let service;
  try {
    const options = {
      dataFolder: dataFolder ?? defaultDataFolderPath(),
      flags: { host: flags.host, port: portOf(flags.port), logLevel: flags.logLevel },
      version: productVersion(),
      newCatalog: flags.newCatalog ?? false,
    };
    service = await (flags.claim ? startOrClaim(options, ending.signal) : Service.start(options));
  } catch (error) {
    // Told to stop while it waited for the folder.
    if (ending.signal.aborted) return;
    if (error instanceof Error && isStartProblem(error)) throw new UsageError(error.message);
    throw error;
  }
  // A service has no reader to please: it outlives whoever looked at its first line.
  invocation.outlivesItsReader = true;
  invocation.output.say(`GuardIT listens at ${service.url}`);
  const setupCode = await service.newSetupCode();
  if (setupCode !== null) {
    // Whoever reads standard output gets the one line with the address.
    invocation.output.complain(
      `There is no user yet. Open ${service.url} in a browser and enter the setup code ${setupCode}`,
    );
  }
  await stopped;
  await service.stop();
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new UsageError(`--port ${text} is not a port.`);
  return Number(text);
}
