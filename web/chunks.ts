import type { Plugin } from 'vite';

/** A node of a parsed script (ESTree), as far as it is used here. */
type Node = { type: string; start: number; end: number } & Record<string, unknown>;

/** The part of an output file that is used here. */
interface Chunk {
  type: 'chunk';
  fileName: string;
  isEntry: boolean;
  code: string;
}

/** Where the page's script leaves what its chunks share with it. */
const SHARED = 'globalThis.keyferryPage';

/**
 * Runs in the page. Every further try has another address, also when it is asked for again later: a browser does not
 * fetch a module again that has failed.
 */
const TRY_AGAIN =
  '(async a=>{for(let n=0;;n++)try{return await import(n?a+"?"+(globalThis.keyferryTries=(globalThis.keyferryTries||0)+1):a)}catch(e){if(n>2)throw e}})';

/**
 * Makes chunks for a page whose own script is inline, and so has no address that a chunk could import from. What they
 * share is handed over in a variable. Each is asked for by its whole address, and more than once: while two versions are
 * deployed side by side, the first request may go to the other one.
 */
export function chunked(): Plugin {
  return {
    name: 'keyferry-chunks',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk') as Chunk[];
      const [entry, another] = chunks.filter(({ isEntry }) => isEntry);
      if (!entry || another) this.error('A page has one script of its own.');
      const parse = (code: string) => this.parse(code) as unknown as Node;
      for (const chunk of chunks)
        chunk.code =
          chunk === entry ? handOver(chunk.code, parse) : takeOver(chunk.code, parse, entry.fileName);
    },
  };
}

type Parse = (code: string) => Node;

/** The page's own script: what it exports goes into the variable, and what it imports is asked for more than once. */
export function handOver(code: string, parse: Parse): string {
  const edits = (parse(code).body as Node[])
    .filter(({ type }) => type === 'ExportNamedDeclaration')
    .map((node): Edit => {
      const all = (node.specifiers as Node[]).map(
        ({ local, exported }) => `${nameOf(exported)}:${nameOf(local)}`,
      );
      return { ...node, by: `${SHARED}={${all.join()}};` };
    });
  for (const { start, end, source } of imports(parse(code))) {
    const name = /^.(?:\.\/|\/assets\/)?([\w.-]+).$/.exec(code.slice(source.start, source.end))?.[1];
    edits.push({ start, end, by: `${TRY_AGAIN}("/assets/${name}")` });
  }
  return edited(code, edits);
}

/** A chunk: what it imports from the page's own script comes out of the variable. */
export function takeOver(code: string, parse: Parse, entry: string): string {
  const from = entry.split('/').at(-1);
  const edits = (parse(code).body as Node[])
    .filter(({ type, source }) => type === 'ImportDeclaration' && nameOf(source).endsWith(`/${from}`))
    .map((node): Edit => {
      const all = (node.specifiers as Node[]).map(
        ({ imported, local }) => `${nameOf(imported)}:${nameOf(local)}`,
      );
      return { ...node, by: all.length === 0 ? '' : `const{${all.join()}}=${SHARED};` };
    });
  return edited(code, edits);
}

interface Edit {
  start: number;
  end: number;
  by: string;
}

function edited(code: string, edits: Edit[]): string {
  let text = code;
  for (const { start, end, by } of edits.sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + by + text.slice(end);
  return text;
}

/** Every `import(…)` in a script. */
function imports(node: Node): (Node & { source: Node })[] {
  if (node.type === 'ImportExpression') return [node as Node & { source: Node }];
  return Object.values(node)
    .flat()
    .filter((child): child is Node => typeof child === 'object' && child !== null && 'type' in child)
    .flatMap(imports);
}

function nameOf(node: unknown): string {
  const { type, name, value } = node as Node;
  return type === 'Identifier' ? `${name}` : `${value}`;
}
