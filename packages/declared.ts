import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Plugin, transformWithOxc } from 'vite';

/**
 * Writes a declaration beside each entry of a package. What an entry exports names nothing of ours but other entries, so
 * its own declarations are all that is needed.
 */
export function declared(entries: readonly string[]): Plugin {
  return {
    name: 'keyferry:declared',
    async generateBundle() {
      for (const entry of entries) {
        const code = readFileSync(entry, 'utf8');
        const { declaration } = await transformWithOxc(code, entry, { typescript: { declaration: {} } });
        if (declaration === undefined) this.error(`${entry} has no types.`);
        const fileName = `${basename(entry, '.ts')}.d.ts`;
        const source = declaration.replace(/(from ["']\.\/[\w-]+)\.ts(["'])/g, '$1.js$2');
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}
