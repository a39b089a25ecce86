import { isFullId, type BlobId } from '../base/ids.ts';
import type { Node } from '../snapshot/node.ts';
import { decodeNodeText } from '../snapshot/tree-decoder.ts';

const CONTENT_FIELD = ',"content":';
const ATTRIBUTES_FIELD = ',"extended_attributes":[';
const SUBTREE_START = ',"content":null,"subtree":"';
const FIRST_ID = CONTENT_FIELD.length + 2;
const ID_DIGITS = 64;
/** A quoted id and its comma. */
const ID_STRIDE = ID_DIGITS + 3;

/** What the parent snapshot has under one name of a folder, as its tree's own text. */
export class ParentEntry {
  /** The whole node as it stands in the parent's tree. */
  readonly text: string;
  readonly #treeId: string;

  constructor(text: string, treeId: string) {
    this.text = text;
    this.#treeId = treeId;
  }

  /**
   * The node's head with its extended attributes, if everything else in it is `plainHead`. Equal heads mean equal inode, device and
   * ctime, and no attribute changes without a new ctime: so nobody needs to read them.
   */
  headLike(plainHead: string): string | undefined {
    const { text } = this;
    if (!text.startsWith(plainHead)) return undefined;
    const at = plainHead.length;
    if (text.startsWith(CONTENT_FIELD, at)) return plainHead;
    if (!text.startsWith(ATTRIBUTES_FIELD, at)) return undefined;
    // No string holds an unescaped quote, so this is the list's end wherever it stands; other fields may follow, which we don't write.
    const end = text.indexOf('],"', at);
    return end >= 0 && text.startsWith(CONTENT_FIELD, end + 1) ? text.slice(0, end + 1) : undefined;
  }

  /** The chunks of a file node that is `head` and content, nothing else; undefined: decode it. */
  contentAfter(head: string): BlobId[] | undefined {
    const { text } = this;
    const start = head.length + FIRST_ID;
    if (text.length === start + 1 && text.endsWith('[]}')) return [];
    // What separates two ids is as long as what closes the list.
    if ((text.length - start) % ID_STRIDE !== 0 || !text.startsWith('["', start - 2) || !text.endsWith('"]}'))
      return undefined;
    const ids: BlobId[] = [];
    for (let at = start; at < text.length; at += ID_STRIDE) {
      const id = text.slice(at, at + ID_DIGITS);
      if (!isFullId(id)) return undefined;
      ids.push(id as BlobId);
    }
    return ids;
  }

  /** The subtree's id when the node is a folder. */
  get subtree(): BlobId | undefined {
    const { text } = this;
    const idAt = text.length - ID_DIGITS - 2;
    const id = text.slice(idAt, idAt + ID_DIGITS);
    if (text.startsWith(SUBTREE_START, idAt - SUBTREE_START.length) && isFullId(id)) return id as BlobId;
    return this.decode().subtree;
  }

  /** Throws `corrupt`. */
  decode(): Node {
    return decodeNodeText(this.text, this.#treeId);
  }
}
