// Compiles AssemblyScript into plain modules, so that sources run by Node as they are, tests and bundles all load the same bytes
// without a file or a fetch.
//   node scripts/build-wasm.mjs           writes the files
//   node scripts/build-wasm.mjs --check   fails when a file is not what its source compiles to
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const MODULES = [
  { room: 'main/engine/chunker', name: 'chunker', constant: 'CHUNKER_WASM_BASE64' },
  { room: 'main/engine/archiver', name: 'listed-files', constant: 'LISTED_FILES_WASM_BASE64' },
  { room: 'main/engine/index', name: 'index-scanner', constant: 'INDEX_SCANNER_WASM_BASE64' },
  { room: 'main/engine/index', name: 'index-encoder', constant: 'INDEX_ENCODER_WASM_BASE64' },
];

async function compile(source) {
  let binary;
  const { error, stderr } = await asc.main(
    [source, '--outFile', 'out.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd'],
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

function render({ name, constant }, binary) {
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,112}/g);
  return [
    `// Generated from assembly/${name}.ts by scripts/build-wasm.mjs (npm run build:wasm). Do not edit.`,
    '// prettier-ignore',
    `export const ${constant} =`,
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

process.chdir(root);
for (const module of MODULES) {
  const source = `${module.room}/assembly/${module.name}.ts`;
  const target = join(root, module.room, `${module.name}-wasm.ts`);
  const text = render(module, await compile(source));
  if (!process.argv.includes('--check')) {
    writeFileSync(target, text);
  } else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${target} is not what ${source} compiles to: run npm run build:wasm`);
    process.exitCode = 1;
  }
}
