// Fails the build when the worker's app grows too heavy for a slow phone, and says what it weighs.
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Gzipped bytes of the first load. */
const MOST = { script: 60 * 1024, style: 20 * 1024 };

type Weights = { script: number; style: number };

const weigh = (source: string | Uint8Array): number => gzipSync(source, { level: 9 }).length;

export function budget(): Plugin {
  return {
    name: 'rugdekking-budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const seen = new Set<string>();
      const weights: Weights = { script: 0, style: 0 };
      const add = (file: string): void => {
        const found = bundle[file];
        if (!found || seen.has(file)) return;
        seen.add(file);
        if (found.type === 'asset') {
          weights.style += weigh(found.source);
          return;
        }
        weights.script += weigh(found.code);
        found.imports.forEach(add);
        const styles = (found as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss;
        styles?.forEach(add);
      };
      // The service worker is a build of its own, and is fetched when the page already works.
      const first = Object.values(bundle).filter((file) => file.type === 'chunk' && file.isEntry && file.fileName.startsWith('assets/'));
      first.forEach(({ fileName }) => add(fileName));
      this.info(`first load, gzipped: ${weights.script} bytes of script, ${weights.style} bytes of style`);
      for (const kind of ['script', 'style'] as const) {
        if (weights[kind] > MOST[kind]) this.error(`The first load has ${weights[kind]} bytes of ${kind}, more than ${MOST[kind]}.`);
      }
    },
  };
}
