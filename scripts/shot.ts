import type { Page } from 'playwright-core';

/** A picture of a page in some state. */
export interface Shot {
  readonly name: string;
  readonly path: string;
  /** Of the window; a desktop's unless said. */
  readonly size?: { readonly width: number; readonly height: number };
  /** What must be there before, or be done. */
  readonly ready?: (page: Page) => Promise<unknown>;
}
