import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { BUNDLE_URL_VARIABLE } from './bundle-folder.ts';

/** Read when the code runs: what was transformed may be kept for later runs, which have bundles of their own. */
const ADDRESS = `process.env[${JSON.stringify(BUNDLE_URL_VARIABLE)}]`;
const PRODUCT = fileURLToPath(new URL('../../../main/', import.meta.url));

/**
 * The product's modules take themselves for part of the bundle, as they do there (`define` in scripts/bundle.mjs): the threads that they
 * start are the bundle's, while they themselves are the sources, which a test can reach into.
 */
export function bundledThreads(): Plugin {
  return {
    name: 'bundled-threads',
    enforce: 'pre',
    transform(code, path) {
      if (!path.startsWith(PRODUCT) || !code.includes('import.meta.url')) return null;
      return { code: code.replaceAll('import.meta.url', ADDRESS), map: null };
    },
  };
}
