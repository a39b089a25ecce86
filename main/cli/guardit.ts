import { readFileSync } from 'node:fs';
import { Command } from 'commander';

/** package.json lies two folders above the source and one above the bundle. */
function productVersion(): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../package.json' : '../package.json';
  const manifest: unknown = JSON.parse(readFileSync(new URL(folder, import.meta.url), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return 'unknown';
  return String(manifest.version);
}

const program = new Command('guardit')
  .description('Backups that anyone can restore, in the repository format of restic.')
  .version(`guardit ${productVersion()} on Node ${process.versions.node}`);

await program.parseAsync();
