import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../core/process/config.ts';

/**
 * The customer's page, or the console, whole in one file. Two versions may be deployed side by side, and a browser
 * that got the page of one would ask the other for files with names that it does not know.
 */
export interface Page {
  /** One copy for all: a reader who does not take it costs no more. */
  html: Buffer;
  /** What may run and what may look in it, for the CSP: `'sha256-…'` of each. */
  scripts: readonly string[];
  styles: readonly string[];
}

/** Tags of Vite's that name a file of the page. */
const TAGS = /<(?:script|link)\b[^>]* (?:src|href)="\/(assets\/[\w.-]+)"[^>]*>(?:<\/script>)?/g;
/** What ends a script or a style sheet in the midst, or makes browsers read it another way. */
const UNFIT = /<\/(?:script|style)|<!--|\r/i;

/**
 * Opens a page that Vite built in a directory: the customer's, or another by its name. Throws `ConfigError` when it
 * is not there, or does not fit into one file.
 */
export function openPage(directory: string, name = 'index.html'): Page {
  const scripts: string[] = [];
  const styles: string[] = [];
  const html = read(directory, name).replace(TAGS, (tag: string, path: string) => {
    const text = read(directory, path);
    if (!tag.startsWith('<script') && !tag.includes(' rel="stylesheet"')) return withData(tag, text);
    if (UNFIT.test(text)) throw unfit(path);
    const [list, opening, closing] = tag.startsWith('<script')
      ? [scripts, '<script type="module">', '</script>']
      : [styles, '<style>', '</style>'];
    list.push(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    return `${opening}${text}${closing}`;
  });
  if (html.includes('/assets/')) throw unfit(name);
  return { html: Buffer.from(html), scripts, styles };
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
    throw new ConfigError('A page is not built: `npm run build` makes web/dist.');
  }
}

function unfit(path: string): ConfigError {
  return new ConfigError(`A page cannot be made one file: ${path} needs another, or ends a tag.`);
}
