import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The compiled part of a package without its JavaScript, whose search for the same file costs 15 ms and 7 MB in every thread.
 * `file` is where this version of the package has it. undefined where it is elsewhere, or was built for another C library:
 * the package itself knows then.
 */
export function openPrebuiltAddon(packageName: string, file: string): unknown {
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(require.resolve(`${packageName}/package.json`));
    const addon: { exports: unknown } = { exports: {} };
    process.dlopen(addon, join(folder, file));
    return addon.exports;
  } catch {
    return undefined;
  }
}
