/** The whole service as a process of its own, which a test may kill: `service.process.ts FOLDER`. Says its port. */
import { Service } from '../../main/host/service.ts';

const [, , dataFolder = ''] = process.argv;
const flags = { port: 0, logLevel: 'error' } as const;
const service = await Service.start({ dataFolder, flags, env: {}, version: '0.0.0' });
process.stdout.write(`port ${service.port}.\n`);
