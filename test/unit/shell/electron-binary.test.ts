import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratchFolder } from '../../support/catalogs.ts';

/** Plain JavaScript, which has no types: a test says what it expects of it. */
const scriptAt = (name: string) => new URL(`../../../scripts/${name}`, import.meta.url).href;

const { electronBinary } = (await import(scriptAt('electron-binary.mjs'))) as {
  electronBinary(env: NodeJS.ProcessEnv, packageFolder: string): string | null;
};
const { vendorProblems } = (await import(scriptAt('check-vendor.mjs'))) as {
  vendorProblems(folder: string): string[];
};

test('Electron is found where it is, and not imagined where it is not', () => {
  const folder = scratchFolder();
  expect(electronBinary({}, folder)).toBeNull();
  writeFileSync(join(folder, 'path.txt'), 'electron');
  expect(electronBinary({}, folder)).toBeNull();
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/electron'), '');
  expect(electronBinary({}, folder)).toBe(join(folder, 'dist/electron'));
  expect(electronBinary({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'elsewhere') }, folder)).toBeNull();
});

test('what the Windows installer needs is named, and a web page is no program', () => {
  const folder = `${scratchFolder()}/`;
  expect(vendorProblems(folder)).toHaveLength(2);
  writeFileSync(join(folder, 'node.exe'), '<html>');
  writeFileSync(join(folder, 'WinSW-x64.exe'), 'MZ and more');
  const [problem, ...others] = vendorProblems(folder);
  expect(problem).toContain('node.exe is no Windows program');
  expect(others).toEqual([]);
});
