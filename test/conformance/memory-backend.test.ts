import { MemoryBackend } from '../../main/engine/backend/memory-backend.ts';
import type { MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import { describeBackend } from './backend-conformance.ts';

describeBackend('MemoryBackend', async () => {
  const store: MemoryStore = new Map();
  return { backend: new MemoryBackend(store), other: new MemoryBackend(store), dispose: async () => {} };
});
