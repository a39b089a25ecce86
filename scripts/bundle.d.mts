export interface EntryPoint {
  /** Path of the source. */
  readonly in: string;
  /** Path in the folder, without `.js`. */
  readonly out: string;
}

export function bundleCode(folder: string, entryPoints?: readonly EntryPoint[]): Promise<void>;
