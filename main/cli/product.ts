import { readFileSync } from 'node:fs';

/** The version in package.json, which lies two folders above the source and one above the bundle. */
export function productVersion(): string {
  const manifestPath = import.meta.url.endsWith('.ts') ? '../../package.json' : '../package.json';
  const manifest: unknown = JSON.parse(readFileSync(new URL(manifestPath, import.meta.url), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}
