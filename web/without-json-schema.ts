import type { Plugin } from 'vite';

/** Of zod 4: what makes a JSON schema of a schema. Only the api does that, for its document. */
const MODULES = /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/;
/** Our own, where `.meta(…)` has what the api's document says of a schema. */
const CONTRACT = /\/core\/contract\/[\w-]+\.ts$/;

/** A node of a parsed module (ESTree), as far as it is used here. */
type Node = { type: string; start: number; end: number } & Record<string, unknown>;

/** Leaves out of a page what is there for the api's document alone, an eighth of the page: every schema refers to it. */
export function withoutJsonSchema(): Plugin[] {
  return [
    {
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
    },
    {
      name: 'keyferry-without-descriptions',
      apply: 'build',
      transform: {
        filter: { id: CONTRACT },
        handler(code) {
          const program = this.parse(code) as unknown as Node;
          return { code: withoutDescriptions(code, program), map: null };
        },
      },
    },
  ];
}

/** Takes every `.meta(…)` out of a parsed module: a schema without it takes the same values. */
export function withoutDescriptions(code: string, program: Node): string {
  let text = '';
  let from = 0;
  for (const { start, end } of metas(program).sort((a, b) => a.start - b.start)) {
    if (start < from) continue;
    text += code.slice(from, start);
    from = end;
  }
  return text + code.slice(from);
}

function metas(node: Node): { start: number; end: number }[] {
  const children = Object.values(node)
    .flat()
    .filter((child): child is Node => typeof child === 'object' && child !== null && 'type' in child);
  const { object, property } = (node.callee ?? {}) as { object?: Node; property?: Node };
  const own =
    node.type === 'CallExpression' && object && property?.name === 'meta'
      ? [{ start: object.end, end: node.end }]
      : [];
  return [...own, ...children.flatMap(metas)];
}
