import { createRequire } from 'node:module';
import type { CompatData, Identifier } from '@mdn/browser-compat-data';
import type { Plugin } from 'vite';
import { FLOOR } from './floor.ts';

/** A node of a parsed script (ESTree), as far as it is used here. */
type Node = { type: string } & Record<string, unknown>;

// As a JSON module only Node could read it, not the tests.
const bcd: CompatData = createRequire(import.meta.url)('@mdn/browser-compat-data');
const { api, javascript, html } = bcd;
const { builtins } = javascript as unknown as { builtins: Record<string, Identifier> };
const INTERFACES: Record<string, Identifier> = { ...api, ...builtins };

/** Objects that have another name than their interface. */
const INSTANCES: Record<string, string> = {
  navigator: 'Navigator',
  document: 'Document',
  window: 'Window',
  globalThis: 'Window',
  self: 'Window',
  location: 'Location',
  crypto: 'Crypto',
  performance: 'Performance',
};

/** Interfaces whose methods are found by name alone: every class of the language, and what pages use most. */
const HANDLED = [
  ...Object.entries(builtins)
    .filter(([name]) => !['Atomics', 'Intl', 'JSON', 'Math', 'Reflect', 'Temporal'].includes(name))
    .map(([, builtin]) => builtin),
  ...[api.AbortSignal, api.Blob, api.Clipboard, api.Document, api.Element, api.EventTarget, api.Headers],
  ...[
    api.HTMLElement,
    api.Node,
    api.Request,
    api.Response,
    api.Selection,
    api.URLSearchParams,
    api.WebSocket,
  ],
];
const MEMBERS = new Map<string, Identifier[]>();
for (const one of HANDLED)
  for (const [name, member] of Object.entries(one ?? {}))
    if (!name.startsWith('__') && !name.endsWith('_static'))
      MEMBERS.set(name, [...(MEMBERS.get(name) ?? []), member as Identifier]);

/**
 * What a script uses that the oldest browsers of the floor lack, by the data behind MDN's tables; each is named
 * once. In `thing.name()` nobody can tell what `thing` is: it counts when nothing with such a method is old enough.
 * `declared`: names that are not globals, `declaredIn` everything that is built together.
 */
export function aboveFloor(script: Node, declared: ReadonlySet<string> = declaredIn(script)): string[] {
  const found = new Set<string>();
  const look = (what: string, ...entries: (Identifier | undefined)[]) => {
    const known = entries.filter((entry) => entry !== undefined && '__compat' in entry) as Identifier[];
    if (known.length > 0 && !known.some(isBelow)) found.add(what);
  };
  walk(script, undefined, (node, parent) => {
    if (node.type === 'MemberExpression' && !node.computed) {
      const name = nameOf(node.property);
      const object = nameOf(node.object);
      const owner = INTERFACES[INSTANCES[object] ?? object];
      const entry = owner?.[`${name}_static`] ?? owner?.[name];
      if (entry) look(`${object}.${name}`, entry);
      else if (!owner && parent?.type === 'CallExpression' && parent.callee === node && !parent.optional)
        look(`….${name}()`, ...(MEMBERS.get(name) ?? []));
    }
    if (node.type === 'Identifier' && !isName(node, parent) && !declared.has(nameOf(node)))
      look(nameOf(node), INTERFACES[nameOf(node)]);
    for (const name of attributesOf(node)) look(`attribute ${name}`, html.global_attributes?.[name]);
    if (node.type === 'StaticBlock') look('static { }', javascript.classes?.static?.initialization_blocks);
    const pattern = (node.regex as { pattern: string } | undefined)?.pattern;
    if (pattern && /\(\?<[=!]/.test(pattern))
      look(`/${pattern}/`, javascript.regular_expressions?.lookbehind_assertion);
  });
  return [...found];
}

/** What the oldest browsers of the floor lack: `[interface, where, name]`, for a test that removes it. */
export function newerThanFloor(): [owner: string, where: 'global' | 'static' | 'member', name: string][] {
  return Object.entries(INTERFACES).flatMap(([owner, entry]) => {
    if ('__compat' in entry && !isBelow(entry as Identifier)) return [[owner, 'global', owner]];
    return Object.entries(entry as Record<string, Identifier>)
      .filter(([name, member]) => !name.startsWith('__') && '__compat' in member && !isBelow(member))
      .flatMap(([name]): ReturnType<typeof newerThanFloor> => {
        const bare = name.replace(/_static$/, '');
        return bare === name
          ? [
              [owner, 'static', bare],
              [owner, 'member', bare],
            ]
          : [[owner, 'static', bare]];
      });
  });
}

/** True if every browser of the floor has it, permanently and under its own name. */
function isBelow({ __compat }: Identifier): boolean {
  return Object.entries(FLOOR).every(([browser, version]) => {
    const support = __compat?.support[browser as keyof typeof FLOOR];
    return ([support ?? []].flat() as Support[]).some((one) => has(one, version));
  });
}

/** One entry of a table. Its type is a union of a range and its absence, of which only this much is used. */
interface Support {
  version_added?: unknown;
  version_removed?: unknown;
  flags?: unknown;
  prefix?: unknown;
  alternative_name?: unknown;
}

function has(support: Support, version: string): boolean {
  const { version_added: from, version_removed: until, flags, prefix, alternative_name: other } = support;
  if (typeof from !== 'string' || from === 'preview' || until || flags || prefix || other) return false;
  return compare(from.replace('≤', ''), version) <= 0;
}

function compare(one: string, other: string): number {
  const [a = 0, b = 0] = one.split('.').map(Number);
  const [c = 0, d = 0] = other.split('.').map(Number);
  return a - c || b - d;
}

/** Functions, classes and variables that a script declares itself. */
export function declaredIn(script: Node): Set<string> {
  const names = new Set<string>();
  walk(script, undefined, ({ type, id }) => {
    if (/^(Function|Class)Declaration$|^VariableDeclarator$/.test(type) && id) names.add(nameOf(id));
  });
  return names;
}

/** Of `jsx('div', { inert: true })`, which JSX becomes. */
function attributesOf({ type, arguments: [tag, attributes] = [] }: Node & { arguments?: Node[] }): string[] {
  const isElement =
    type === 'CallExpression' && tag?.type === 'Literal' && attributes?.type === 'ObjectExpression';
  return isElement ? (attributes.properties as Node[]).map(({ key }) => nameOf(key ?? tag)) : [];
}

/** Only mentioned somewhere: `thing.name`, `{ name: … }`. */
function isName(node: Node, parent: Node | undefined): boolean {
  return (
    (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
    (/^(Property|MethodDefinition|PropertyDefinition)$/.test(parent?.type ?? '') && parent?.key === node) ||
    (parent?.type === 'UnaryExpression' && parent.operator === 'typeof')
  );
}

const nameOf = (node: unknown): string => {
  const { type, name, value } = node as Node;
  return type === 'Identifier' ? `${name}` : type === 'Literal' ? `${value}` : '';
};

function walk(
  node: Node,
  parent: Node | undefined,
  visit: (node: Node, parent: Node | undefined) => void,
): void {
  visit(node, parent);
  for (const child of Object.values(node).flat())
    if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, node, visit);
}

/** By package, or `own`: what it tests for before using it, or names of its own. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Fails the build when a script needs a browser newer than the floor, or when `known` lists something that is not used. */
export function floored(known: Known): Plugin {
  return {
    name: 'keyferry-floor',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle)
        .flatMap((file) => (file.type === 'chunk' ? Object.entries(file.modules) : []))
        .map(([id, { code }]) => ({
          from: packageOf(id),
          script: this.parse(code ?? '') as unknown as Node,
        }));
      const declared = new Set(modules.flatMap(({ script }) => [...declaredIn(script)]));
      const above = new Set(
        modules.flatMap(({ from, script }) => aboveFloor(script, declared).map((what) => `${from}: ${what}`)),
      );
      const fine = Object.entries(known).flatMap(([from, all]) => all.map((what) => `${from}: ${what}`));
      const wrong = [...above].filter((what) => !fine.includes(what));
      if (wrong.length > 0) this.error(`Not in every browser of web/floor.ts:\n${wrong.join('\n')}`);
      const idle = fine.filter((what) => !above.has(what));
      if (idle.length > 0) this.error(`Not used any more:\n${idle.join('\n')}`);
    },
  };
}

const packageOf = (id: string): string => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? 'own';
