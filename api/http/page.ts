import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../core/process/config.ts';

/**
 * The customer's page, or the console, complete in one file. Two versions may be deployed side by side, and a
 * browser with one version's page would ask the other for files that it does not have.
 */
export interface Page {
  /** One copy for everybody: a slow reader costs no extra memory. */
  html: Buffer;
  /** The scripts and styles that the CSP allows: `'sha256-…'` of each. */
  scripts: readonly string[];
  styles: readonly string[];
}

/** Vite's tags that name a file of the page. */
const TAGS = /<(?:script|link)\b[^>]* (?:src|href)="\/(assets\/[\w.-]+)"[^>]*>(?:<\/script>)?/g;
/** What would end a script or a style sheet early, or make browsers read it differently. */
const UNFIT = /<\/(?:script|style)|<!--|\r/i;

/**
 * Opens a page that Vite built in a directory: the customer's, or another one by name. Throws `ConfigError` if it is
 * not there, or cannot become one file.
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
    throw new ConfigError('A page is not built: `npm run build` creates web/dist.');
  }
}

function unfit(path: string): ConfigError {
  return new ConfigError(`A page cannot be put into one file: ${path} needs another, or ends a tag.`);
}
