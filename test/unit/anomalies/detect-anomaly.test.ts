import { describe, expect, it } from 'vitest';
import { changeShares, detectAnomaly, type ChangeShares } from '../../../main/app/anomalies/detect-anomaly.ts';

const MIB = 1 << 20;
const BEFORE = { totalFiles: 1000 };
const QUIET = {
  filesNew: 5,
  filesChanged: 10,
  filesUnmodified: 985,
  totalFiles: 1000,
  addedBytes: 20 * MIB,
  addedStoredBytes: 8 * MIB,
};

const HISTORY: ChangeShares[] = Array.from({ length: 10 }, (_, index) =>
  changeShares({ ...QUIET, filesChanged: 8 + index, filesUnmodified: 990 - index }, BEFORE),
);

function look(facts: Partial<typeof QUIET>, history: readonly ChangeShares[] = HISTORY) {
  return detectAnomaly(changeShares({ ...QUIET, ...facts }, BEFORE), history);
}

describe('what is far from usual', () => {
  it('is nothing on a day as any other', () => {
    expect(look({})).toBeNull();
    expect(look({ filesChanged: 60, filesUnmodified: 930 })).toBeNull();
  });

  it('is that nearly all files were changed', () => {
    expect(look({ filesChanged: 900, filesUnmodified: 90 })).toMatchObject({
      share: 'changed',
      message: '90 % of the files were changed, usually 1 %',
    });
  });

  it('is that half of them are gone, also where others came', () => {
    expect(look({ filesNew: 500, filesChanged: 10, filesUnmodified: 490 })).toMatchObject({
      share: 'deleted',
      value: 0.5,
    });
  });

  it('is new data that can not be compressed, where it could be before', () => {
    expect(look({ addedBytes: 50 * MIB, addedStoredBytes: 50 * MIB })).toMatchObject({ share: 'incompressible' });
    const photos = HISTORY.map((shares) => ({ ...shares, incompressible: 0.99 }));
    expect(look({ addedBytes: 50 * MIB, addedStoredBytes: 50 * MIB }, photos)).toBeNull();
  });

  it('is not what happens every Sunday', () => {
    const weekly = HISTORY.map((shares, index) => (index % 5 === 0 ? { ...shares, changed: 0.8 } : shares));
    expect(look({ filesChanged: 800, filesUnmodified: 200 }, weekly)).toBeNull();
  });

  it('is told from the first comparison on only where it is beyond doubt', () => {
    expect(look({ filesChanged: 500, filesUnmodified: 480 }, [])).toBeNull();
    expect(look({ filesChanged: 950, filesUnmodified: 50 }, [])).toMatchObject({ share: 'changed', usual: null });
  });

  it('says nothing of a handful of files', () => {
    const facts = { ...QUIET, filesChanged: 5, filesUnmodified: 0, totalFiles: 5, addedBytes: 100 };
    expect(changeShares(facts, { totalFiles: 5 })).toEqual({ changed: null, deleted: null, incompressible: null });
  });
});
