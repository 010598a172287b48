import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What a language has for the first screens: one of them is loaded beside the page itself. */
const FIRST_WORDS = /messages-[\w-]+-page-/;

/**
 * Fails the build when what a browser loads at first, each file gzipped, is larger than `mostBytes`: the page itself, and
 * the language that weighs most. Other chunks come later.
 */
export function weighed({ mostBytes }: { mostBytes: number }): Plugin {
  return {
    name: 'keyferry-weight',
    apply: 'build',
    // After every other plugin, so that it weighs what is actually written.
    enforce: 'post',
    writeBundle(_options, bundle) {
      const files = Object.values(bundle).map((file) => {
        const bytes = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;
        return { name: file.fileName, bytes, isFirst: file.type === 'asset' || file.isEntry };
      });
      const [words] = files
        .filter(({ name }) => FIRST_WORDS.test(name))
        .sort((one, other) => other.bytes - one.bytes);
      const first = [...files.filter(({ isFirst }) => isFirst), ...(words ? [words] : [])];
      const all = first.reduce((sum, { bytes }) => sum + bytes, 0);
      if (all <= mostBytes) {
        const heaviest = words ? `, ${words.bytes} of them its heaviest language` : '';
        this.info(`The page is ${all} bytes gzipped${heaviest}, of ${mostBytes} at most.`);
        return;
      }
      const list = first.map(({ name, bytes }) => `  ${name} ${bytes}`).join('\n');
      this.error(`The page is ${all} bytes gzipped, more than ${mostBytes}:\n${list}`);
    },
  };
}
