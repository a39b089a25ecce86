import { MemoryBackend } from '../../main/engine/backend/memory-backend.ts';
import type { MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import { FaultyBackend } from '../support/faulty-backend.ts';
import { describeBackend } from './backend-conformance.ts';

describeBackend('FaultyBackend without faults', async () => {
  const store: MemoryStore = new Map();
  return {
    backend: new FaultyBackend(new MemoryBackend(store)),
    other: new MemoryBackend(store),
    dispose: async () => {},
  };
});
