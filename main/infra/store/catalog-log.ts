/** What the catalog says about itself. A pino logger is one. */
export interface CatalogLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const SILENT: CatalogLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
