import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../core/process/config.ts';
import type { Brand } from '../customers/brands.ts';
import { escaped } from '../notices/html.ts';

/**
 * The customer's page, or the console, complete in one file, but for what few need. Two versions may be deployed side
 * by side, and a browser with one version's page would ask the other for files that it does not have.
 */
export interface Page {
  /** One copy for everybody: a slow reader costs no extra memory. */
  html: Buffer;
  /** The same for somebody who has come by a click: it need not wait for another one to use a connect link up. */
  arrived: Buffer;
  /** The scripts and styles that the CSP allows: `'sha256-…'` of each. */
  scripts: readonly string[];
  styles: readonly string[];
  /** Scripts that the page loads when somebody needs them, by their addresses (`/assets/…`). */
  chunks: ReadonlyMap<string, Buffer>;
  /** The platform's logo, if it has one: where it is, and what. */
  logo?: { path: string; type: string; bytes: Buffer };
}

/** Vite's tags that name a file of the page. */
const TAGS = /<(?:script|link)\b[^>]* (?:src|href)="\/(assets\/[\w.-]+)"[^>]*>(?:<\/script>)?/g;
/** Addresses of chunks: in the page's script as web/chunks.ts writes them, and in one another. */
const CHUNKS = /["'`]\/assets\/([\w.-]+\.js)["'`]/g;
const NEIGHBOURS = /["'`]\.\/([\w.-]+\.js)["'`]/g;
/** What would end a script or a style sheet early, or make browsers read it differently. */
const UNFIT = /<\/(?:script|style)|<!--|\r/i;

/**
 * Opens a page that Vite built in a directory: the customer's, or another one by name. Throws `ConfigError` if it is
 * not there, or cannot become one file.
 */
export function openPage(directory: string, name = 'index.html'): Page {
  const scripts: string[] = [];
  const styles: string[] = [];
  const chunks = new Map<string, Buffer>();
  const html = read(directory, name).replace(TAGS, (tag: string, path: string) => {
    const text = read(directory, path);
    if (!tag.startsWith('<script') && !tag.includes(' rel="stylesheet"')) return withData(tag, text);
    if (UNFIT.test(text)) throw unfit(path);
    const [list, opening, closing] = tag.startsWith('<script')
      ? [scripts, '<script type="module">', '</script>']
      : [styles, '<style>', '</style>'];
    if (list === scripts) addChunks(directory, text.matchAll(CHUNKS), chunks);
    list.push(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    return `${opening}${text}${closing}`;
  });
  if (withoutChunks(html, chunks).includes('/assets/')) throw unfit(name);
  return {
    html: Buffer.from(html),
    arrived: Buffer.from(html.replace('<html', '<html data-arrived')),
    scripts,
    styles,
    chunks,
  };
}

/** A page in the platform's dress: what it is, for the page's script, and rules for its colours. */
export function dressed(page: Page, { shown: { styles = [], ...said }, logo }: Brand): Page {
  if (Object.keys(said).length === 0 && styles.length === 0) return page;
  const text = styles.join('');
  const more = [
    `<meta name="brand" content="${escaped(JSON.stringify(said))}">`,
    ...(text === '' ? [] : [`<style>${text}</style>`]),
  ].join('');
  const put = (html: Buffer) => Buffer.from(html.toString().replace('</head>', () => `${more}</head>`));
  const hash = `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return {
    ...page,
    html: put(page.html),
    arrived: put(page.arrived),
    styles: text === '' ? page.styles : [...page.styles, hash],
    ...(logo && { logo }),
  };
}

/** Those that a script names, and those that these name. */
function addChunks(directory: string, named: Iterable<RegExpMatchArray>, chunks: Map<string, Buffer>): void {
  for (const [, name] of named) {
    const path = `/assets/${name}`;
    if (chunks.has(path)) continue;
    const text = read(directory, path);
    chunks.set(path, Buffer.from(text));
    addChunks(directory, text.matchAll(NEIGHBOURS), chunks);
  }
}

function withoutChunks(html: string, chunks: ReadonlyMap<string, Buffer>): string {
  return [...chunks.keys()].reduce((text, path) => text.replaceAll(path, ''), html);
}

/** An icon, of the type that its tag says. */
function withData(tag: string, text: string): string {
  const [, type = 'image/svg+xml'] = / type="([^"]+)"/.exec(tag) ?? [];
  return tag.replace(/ href="[^"]+"/, ` href="data:${type};base64,${Buffer.from(text).toString('base64')}"`);
}

function read(directory: string, path: string): string {
  try {
    return readFileSync(join(directory, path), 'utf8');
  } catch {
    throw new ConfigError('A page is not built: `npm run build` creates web/dist.');
  }
}

function unfit(path: string): ConfigError {
  return new ConfigError(`A page cannot be put into one file: ${path} needs another, or ends a tag.`);
}
