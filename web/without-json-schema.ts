import type { Plugin } from 'vite';

/** Of zod 4: what makes a JSON schema of a schema. Only the api does that, for its document. */
const MODULES = /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/;

/** Leaves out of a page what zod brings for JSON schemas, a tenth of the page: every schema refers to it. */
export function withoutJsonSchema(): Plugin {
  return {
    name: 'keyferry-without-json-schema',
    apply: 'build',
    transform: {
      filter: { id: MODULES },
      handler(code) {
        const names = [...code.matchAll(/^export (?:const|function) (\w+)/gm)].map(([, name]) => name);
        if (names.length === 0) this.error('zod has its JSON schemas elsewhere now.');
        const absent = `() => () => { throw new Error('There are no JSON schemas in a page.'); }`;
        return { code: names.map((name) => `export const ${name} = ${absent};`).join('\n'), map: null };
      },
    },
  };
}
