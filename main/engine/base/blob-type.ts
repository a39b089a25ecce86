/** What a blob holds: file content or one folder's node list (repository-format, section 1). */
export type BlobType = 'data' | 'tree';

/** The type as a number for typed arrays; equal to the low bit of a pack entry's type byte (section 7). */
export const BLOB_TYPE_CODE = { data: 0, tree: 1 } as const satisfies Record<BlobType, number>;

export function blobTypeOf(code: number): BlobType {
  return code === BLOB_TYPE_CODE.tree ? 'tree' : 'data';
}
