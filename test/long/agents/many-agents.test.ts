import { expect, test } from 'vitest';
import { expectAllKept } from '../../support/agent-crowd.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { startServiceProcess } from '../../support/service-process.ts';

/** Node itself, the catalog's cache, and the bodies that may be in memory at once. */
const MEMORY_LIMIT_BYTES = 700 * 1024 * 1024;

test('50 agents post 10,000 results with logs at once: none is lost, none is doubled, memory is bounded', async () => {
  const service = await startServiceProcess(scratchFolder());
  await expectAllKept(service, { agents: 50, resultsEach: 200, withLongLog: 50 });
  expect(service.peakBytes()).toBeLessThan(MEMORY_LIMIT_BYTES);
});
