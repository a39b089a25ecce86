import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The user interface: renderer/ becomes dist/renderer. The service serves it at `/`, Electron loads the same files over app://.
 * Its assets are named by their contents, so that they may be cached for ever.
 */
export default defineConfig({
  root: fileURLToPath(new URL('renderer', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('dist/renderer', import.meta.url)),
    // scripts/build.mjs builds aside and swaps.
    emptyOutDir: true,
    target: ['chrome120', 'firefox121', 'safari17.4'],
    sourcemap: false,
    // A data: address would have to be allowed by the page's policy for each kind of content.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_200,
    reportCompressedSize: false,
    // What the first page needs comes in one file: some seventy small ones take a browser longer to fetch than to run.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
});
