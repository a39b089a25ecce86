import type { RawName, RawPath } from '../base/raw-path.ts';
import type { Node } from '../snapshot/node.ts';

/** A folder of the snapshot that the walk is in. It exists in the target only once something in it is selected. */
export interface PlannedFolder {
  readonly parent: PlannedFolder | undefined;
  /** undefined for the folder that becomes the target. */
  readonly node: Node | undefined;
  readonly name: RawName;
  /** Inside the snapshot. */
  readonly location: RawPath;
  /** In the target. */
  readonly path: RawPath;
  /** Its number in the FolderTable, or one of the states below. */
  number: number;
  /** We made it: nothing is in it but what we put there. */
  fresh: boolean;
  /** What is made in it inherits extended attributes (a default access list). */
  foreignXattrs: boolean;
}

export const NOT_MADE = -1;
/** It could not be made, which was reported; nothing below it can be restored. */
export const UNUSABLE = -2;
