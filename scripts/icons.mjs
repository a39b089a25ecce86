/**
 * `npm run icons` renders build/icons/*.svg into build/icons/rendered/, which is committed: an .ico for Windows with all the
 * sizes that its scaling asks for, .png files for Linux and the pages. Run it after a drawing has changed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import pngToIco from 'png-to-ico';

const SOURCES = fileURLToPath(new URL('../build/icons', import.meta.url));
const TARGET = join(SOURCES, 'rendered');
const TRAY_SIZES = [16, 20, 24, 32, 40, 48];
const APP_SIZES = [16, 20, 24, 32, 40, 48, 64, 128, 256];

/** Below this the drawing `NAME.small.svg` is used where there is one: 16 px have no room for a letter beside a badge. */
const SMALL_BELOW = 24;

function render(name, size) {
  const small = join(SOURCES, `${name}.small.svg`);
  const svg = readFileSync(size < SMALL_BELOW && existsSync(small) ? small : join(SOURCES, `${name}.svg`), 'utf8');
  return Buffer.from(new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng());
}

async function renderAll() {
  await initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  rmSync(TARGET, { recursive: true, force: true });
  mkdirSync(TARGET, { recursive: true });
  for (const file of readdirSync(SOURCES).filter((name) => /^[^.]+[.]svg$/.test(name))) {
    const name = basename(file, '.svg');
    const sizes = name === 'app' ? APP_SIZES : TRAY_SIZES;
    writeFileSync(join(TARGET, `${name}.ico`), await pngToIco(sizes.map((size) => render(name, size))));
    if (name === 'app') {
      // electron-builder takes Linux' sizes from a folder of files named by them.
      mkdirSync(join(TARGET, 'linux'));
      for (const size of [16, 32, 48, 64, 128, 256, 512]) {
        writeFileSync(join(TARGET, 'linux', `${size}x${size}.png`), render(name, size));
      }
      writeFileSync(join(TARGET, 'app-256.png'), render(name, 256));
      continue;
    }
    // Electron takes the @2x file by itself where the screen is dense.
    writeFileSync(join(TARGET, `${name}.png`), render(name, 24));
    writeFileSync(join(TARGET, `${name}@2x.png`), render(name, 48));
  }
}

await renderAll();
