import { expect, test } from 'vitest';
import { LONGEST_QUERY } from '../../../contracts/browse.ts';
import { downloadPathOf } from '../../../renderer/features/restore/download.ts';

test('what is chosen of a folder has one address, as long as its names leave room for it', () => {
  expect(downloadPathOf('b/1', '/a', ['/a/x y', 'bytes:/a/%E9'], 'zip')).toBe(
    '/api/v1/backup/b%2F1/download?path=%2Fa&entry=%2Fa%2Fx+y&entry=bytes%3A%2Fa%2F%25E9&format=zip',
  );
  const many = (length: number) => Array.from({ length: 1000 }, (_, at) => `/a/${at}${'n'.repeat(length)}`);
  expect(downloadPathOf('b', '/a', many(80), 'zip')?.length).toBeLessThan(LONGEST_QUERY);
  expect(downloadPathOf('b', '/a', many(200), 'zip')).toBeNull();
});
