// Compiles the chunker's AssemblyScript into main/engine/chunker/chunker-wasm.ts: a plain module, so that sources run by Node
// as they are, tests and bundles all load the same bytes without a file or a fetch.
//   node scripts/build-chunker.mjs           writes the file
//   node scripts/build-chunker.mjs --check   fails when the file is not what the source compiles to
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = 'main/engine/chunker/assembly/chunker.ts';
const target = join(root, 'main/engine/chunker/chunker-wasm.ts');

async function compile() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      source,
      '--outFile',
      'chunker.wasm',
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--enable',
      'simd',
    ],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(join(base ?? root, name), 'utf8');
        } catch {
          return null; // the compiler probes for files that need not exist
        }
      },
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) binary = contents;
      },
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return binary;
}

function render(binary) {
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,112}/g);
  return [
    '// Generated from assembly/chunker.ts by scripts/build-chunker.mjs (npm run build:wasm). Do not edit.',
    '// prettier-ignore',
    'export const CHUNKER_WASM_BASE64 =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

process.chdir(root);
const text = render(await compile());
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error(`${target} is not what ${source} compiles to: run npm run build:wasm`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
