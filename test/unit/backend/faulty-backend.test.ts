import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/base/errors.ts';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import { contentNamed } from '../../conformance/backend-conformance.ts';
import { FaultyBackend, isSimulatedDeath } from '../../support/faulty-backend.ts';

const A = Buffer.from('a');
const B = Buffer.from('b');
const refA = contentNamed('index', A);
const refB = contentNamed('snapshot', B);

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (isSimulatedDeath(error) ? 'dead' : error),
  );

describe('FaultyBackend', () => {
  it.each(['before', 'after'] as const)('dies %s the effect of the n-th change, for good', async (when) => {
    const inner = new MemoryBackend();
    const faulty = new FaultyBackend(inner, { death: { atMutation: 2, when } });
    expect(await outcome(faulty.write(refA, A))).toBe('ok');
    expect(await outcome(faulty.read(refA))).toBe('ok');
    expect(await outcome(faulty.write(refB, B))).toBe('dead');
    for (const later of [faulty.read(refA), faulty.remove(refA), faulty.list('index'), faulty.stagingFolder()]) {
      expect(await outcome(later)).toBe('dead');
    }
    expect(() => faulty.localPath(refA)).toThrow();
    expect(await inner.list('snapshot')).toHaveLength(when === 'after' ? 1 : 0);
    expect(await inner.list('index')).toHaveLength(1);
    expect(faulty.log.map(({ operation, type }) => `${operation} ${type}`)).toEqual([
      'write index',
      'read index',
      'write snapshot',
    ]);
    expect(faulty.mutations).toBe(2);
  });

  it('acknowledges nothing that was under way when it died', async () => {
    const inner = new MemoryBackend();
    const faulty = new FaultyBackend(inner, { death: { atMutation: 2, when: 'before' } });
    expect(await Promise.all([outcome(faulty.write(refA, A)), outcome(faulty.write(refB, B))])).toEqual([
      'dead',
      'dead',
    ]);
    expect(await inner.list('index')).toHaveLength(1);
    expect(await inner.list('snapshot')).toEqual([]);
  });

  it('fails a listed operation once, before it has an effect', async () => {
    const error = new EngineError('no_space', 'full');
    const faulty = new FaultyBackend(new MemoryBackend(), {
      failures: [{ operation: 'write', type: 'snapshot', error }],
    });
    expect(await outcome(faulty.write(refA, A))).toBe('ok');
    expect(await outcome(faulty.write(refB, B))).toBe(error);
    expect(await faulty.list('snapshot')).toEqual([]);
    expect(await outcome(faulty.write(refB, B))).toBe('ok');
  });
});
