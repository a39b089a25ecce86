import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const CLIENT = fileURLToPath(new URL('../../../scripts/guardit-client.sh', import.meta.url));
const hasShellcheck = spawnSync('shellcheck', ['--version']).status === 0;

test.skipIf(!hasShellcheck)('shellcheck finds nothing in guardit-client.sh, as POSIX sh', () => {
  const { status, stdout } = spawnSync('shellcheck', ['--shell=sh', CLIENT], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

test('guardit-client.sh can be called, and is ASCII with POSIX line ends', () => {
  expect(statSync(CLIENT).mode & 0o111).toBe(0o111);
  const text = readFileSync(CLIENT, 'latin1');
  expect(text.startsWith('#!/bin/sh\n')).toBe(true);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
});
