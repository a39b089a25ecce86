export const LIST_START = Buffer.from('{"nodes":[');
export const LIST_END = Buffer.from(']}\n');
export const NODE_START = Buffer.from('{"name":"');

/** Compact, and every node starts with its name: what restic and we write. Others are decoded and encoded anew. */
export function isUsable(bytes: Buffer): boolean {
  if (
    !startsWith(bytes, LIST_START) ||
    bytes.compare(LIST_END, 0, LIST_END.length, bytes.length - LIST_END.length) !== 0
  ) {
    return false;
  }
  return (
    bytes.length === LIST_START.length + LIST_END.length || startsWith(bytes.subarray(LIST_START.length), NODE_START)
  );
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.length >= start.length && bytes.subarray(0, start.length).equals(start);
}
