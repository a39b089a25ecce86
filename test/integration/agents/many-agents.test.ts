import { expect, test } from 'vitest';
import { expectAllKept } from '../../support/agent-crowd.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { startServiceProcess } from '../../support/service-process.ts';

/** Node itself, the catalog's cache, and the bodies that may be in memory at once. */
const MEMORY_LIMIT_BYTES = 700 * 1024 * 1024;

/** A tenth of what test/long/agents posts. */
test('50 agents post results with logs at once: none is lost, none is doubled, memory is bounded', async () => {
  const service = await startServiceProcess(scratchFolder());
  await expectAllKept(service, { agents: 50, resultsEach: 20, withLongLog: 10 });
  expect(service.peakBytes()).toBeLessThan(MEMORY_LIMIT_BYTES);
}, 180_000);
