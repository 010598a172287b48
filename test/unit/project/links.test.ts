import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const pages = tracked.filter((path) => path.endsWith('.md'));

/** Without fenced code, where nothing is a link. */
const textOf = (path: string) => readFileSync(join(root, path), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n += 1) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  return anchors;
}

/** What links and pictures of a page lead to, but other sites. */
const targetsOf = (text: string) =>
  [...text.matchAll(/\]\(([^()\s]+)\)|\b(?:src|href)="([^"]+)"/g)]
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

/** Why a link leads nowhere; undefined where it does not. */
function wrong(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : relative(root, join(root, dirname(page), decodeURIComponent(path)));
  if (!tracked.includes(file) && !tracked.some((other) => other.startsWith(`${file}/`)))
    return `${target}: there is no ${file}`;
  if (anchor !== undefined && !anchorsOf(textOf(file)).has(anchor))
    return `${target}: ${file} has no such heading`;
  return undefined;
}

test.each(pages)('every link in %s leads somewhere', (page) => {
  expect(targetsOf(textOf(page)).flatMap((target) => wrong(page, target) ?? [])).toEqual([]);
});

test('a link that leads nowhere is found', () => {
  expect(wrong('docs/chaos.md', 'no-such-page.md')).toMatch('there is no docs/no-such-page.md');
  expect(wrong('docs/chaos.md', '../README.md#no-such-heading')).toMatch('no such heading');
  expect(wrong('docs/chaos.md', '#a-crowd')).toBeUndefined();
});

/** History: it names what there was. */
const current = pages.filter((path) => path !== 'CHANGELOG.md');
const rooms = 'core|worker|api|web|lab|scripts|test|deploy|docs';

test.each(current)('every file that %s names is there', (page) => {
  const named = [...textOf(page).matchAll(new RegExp(`\`(?:\\./)?((?:${rooms})/[\\w./-]+)\``, 'g'))];
  const gone = named
    .map(([, path = '']) => path.replace(/\/$/, ''))
    // What the build makes need not be there yet.
    .filter((path) => !path.startsWith('web/dist/'))
    .filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, `${path}.ts`)));
  expect(gone).toEqual([]);
});

describe('SECURITY.md', () => {
  const kinds = 'unit|integration|system|e2e|faults|real';
  const named = new Set(
    [...textOf('SECURITY.md').matchAll(new RegExp(`\`((?:${kinds})/[\\w*/-]+)\``, 'g'))].map(
      ([, name = '']) => name,
    ),
  );

  test('names tests', () => expect(named.size).toBeGreaterThan(30));

  test.each([...named])('names a test that is there: %s', (name) => {
    const pattern = new RegExp(`^test/${name.replaceAll('*', '[\\w-]+')}(?:\\.test\\.ts|/.*)$`);
    expect(tracked.some((path) => pattern.test(path))).toBe(true);
  });

  test('quotes titles that the test beside them has', () => {
    const quoted = [
      ...textOf('SECURITY.md').matchAll(
        /`((?:unit|integration|system|e2e|faults|real)\/[\w/-]+)` \("([^"]+)"\)/g,
      ),
    ];
    expect(quoted.length).toBeGreaterThan(5);
    const missing = quoted.filter(([, name, title = '']) => {
      const file = join(root, `test/${name}.test.ts`);
      return (
        !statSync(file, { throwIfNoEntry: false }) ||
        !readFileSync(file, 'utf8').includes(title.replace(/…$/, ''))
      );
    });
    expect(missing.map(([all]) => all)).toEqual([]);
  });
});
