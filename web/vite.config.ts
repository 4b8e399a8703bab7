// Builds web/dist, which the binary embeds; in development the service answers on another port.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

declare const process: { env: Record<string, string | undefined> };
const service = process.env.RUGDEKKING_DEV ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // Everything is a file of its own: the content security policy allows neither data: nor inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/demo', '/sandbox', '/sign-in'].map((path) => [path, service])),
  },
  test: { include: ['src/**/*.test.ts'] },
});
