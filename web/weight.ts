import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Fails the build when what a browser loads at first, each file gzipped, is larger than `mostBytes`; chunks come later. */
export function weighed({ mostBytes }: { mostBytes: number }): Plugin {
  return {
    name: 'keyferry-weight',
    apply: 'build',
    // After every other plugin, so that it weighs what is actually written.
    enforce: 'post',
    writeBundle(_options, bundle) {
      const first = Object.values(bundle).filter((file) => file.type === 'asset' || file.isEntry);
      const files = first.map((file) => {
        const bytes = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;
        return { name: file.fileName, bytes };
      });
      const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
      if (all <= mostBytes) {
        this.info(`The page is ${all} bytes gzipped, of ${mostBytes} at most.`);
        return;
      }
      const list = files.map(({ name, bytes }) => `  ${name} ${bytes}`).join('\n');
      this.error(`The page is ${all} bytes gzipped, more than ${mostBytes}:\n${list}`);
    },
  };
}
