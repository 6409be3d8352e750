/** Builds the renderer into `dist/renderer`: plain files below `/assets/`, named by their content, nothing inline. */
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { licencesFile } from './electron/licences.ts';

export default defineConfig({
  root: fileURLToPath(new URL('renderer/', import.meta.url)),
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL('dist/renderer/', import.meta.url)),
    emptyOutDir: true,
    target: 'es2024',
    // The content security policy allows no `data:` for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    license: { fileName: licencesFile },
    // Monaco is one large chunk, loaded when the first editor is shown.
    chunkSizeWarningLimit: 4_000,
  },
});
