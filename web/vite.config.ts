import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The API serves what is built here under /console; in development the pages come from Vite and the data from a running server.
const server = process.env['PLUMBLINE_URL'] ?? 'http://127.0.0.1:8080';
const key = process.env['PLUMBLINE_KEY'];
/** Development only: with PLUMBLINE_KEY the proxy signs in for you, so that the key is never in the page. */
const proxied = {
  target: server,
  ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
};

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: 'dist/console',
    emptyOutDir: true,
    target: 'es2023',
    rolldownOptions: { input: 'console.html' },
    chunkSizeWarningLimit: 900,
  },
  server: { proxy: { '/v1': proxied, '/healthz': proxied } },
});
