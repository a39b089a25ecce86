import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockEntry {
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly gypfile?: boolean;
}

function readJson<Shape>(path: string): Shape {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as Shape;
}

const manifest = readJson<{ allowScripts: Record<string, boolean> }>('package.json');
const lock = readJson<{ packages: Record<string, LockEntry> }>('package-lock.json');

test('tests run on the Node that npm ci installs', () => {
  expect(process.versions.node.split('.')[0]).toBe('24');
});

test('the lock file names no registry host', () => {
  const withAddress = Object.entries(lock.packages).filter(([, entry]) => entry.resolved?.includes('://'));
  expect(withAddress.map(([name]) => name)).toEqual([]);
});

test('every package with an install script has been decided on', () => {
  const withScript = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript);
  const names = withScript.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !(name in manifest.allowScripts))).toEqual([]);
});

test('npm ci asks for no compiler: `node scripts/keep-lock.mjs` puts this back', () => {
  expect(lock.packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
});
