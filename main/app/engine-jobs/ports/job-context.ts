/** What opens a repository. Lives in memory only; never stored, logged or shown. */
export interface RepositoryAccess {
  /** As the engine writes locations: a folder, later `s3:…` and others. */
  readonly location: string;
  readonly password: string;
}

/** What every job reports while it runs; at most a few times a second. */
export interface JobProgress {
  /** What is going on: `backup`, `load-index`, `read-data`, `repack`, … */
  readonly phase: string;
  readonly filesDone: number;
  readonly totalFiles: number | null;
  readonly bytesDone: number;
  readonly totalBytes: number | null;
  readonly itemsDone: number | null;
  readonly totalItems: number | null;
  readonly bytesPerSecond: number | null;
  readonly etaSeconds: number | null;
  readonly currentPath: string | null;
}

/** What did not stop the work but makes its result incomplete. */
export interface JobWarning {
  readonly item: string;
  readonly message: string;
  /** `scan`, `archival`, `restore`, `check`, … */
  readonly during: string;
}

export interface JobContext {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: JobProgress) => void;
  readonly onWarning?: (warning: JobWarning) => void;
}
