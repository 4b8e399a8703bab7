// Builds web/dist, which the binary embeds; in development the service answers on another port.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { budget } from './build/budget';
import { preload } from './build/preload';

const service = process.env.RUGDEKKING_DEV ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    svelte(),
    preload(),
    budget(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'sw.ts',
      injectRegister: false,
      pwaAssets: { image: 'public/icon.svg', preset: 'minimal-2023' },
      injectManifest: { globPatterns: ['**/*.{html,js,css,woff2,svg}'] },
      manifest: {
        id: '/',
        name: 'Rugdekking',
        short_name: 'Rugdekking',
        description: 'Iemand let op je als je op pad bent.',
        lang: 'nl',
        start_url: '/',
        display: 'standalone',
        background_color: '#f3f4f0',
        theme_color: '#f3f4f0',
      },
    }),
  ],
  build: {
    target: 'es2022',
    // Everything is a file of its own: the content security policy allows neither data: nor inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: Object.fromEntries(['/v1', '/demo', '/sandbox', '/sign-in', '/session'].map((path) => [path, service])),
  },
  test: { include: ['src/**/*.test.ts', 'build/**/*.test.ts'] },
});
