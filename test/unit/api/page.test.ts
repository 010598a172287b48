import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { brandOf } from '../../../api/customers/brands.ts';
import { dressed, openPage } from '../../../api/http/page.ts';

const SCRIPT = '<script type="module" crossorigin src="/assets/page-1.js"></script>';
const STYLE = '<link rel="stylesheet" crossorigin href="/assets/page-1.css">';
const ICON = '<link rel="icon" type="image/svg+xml" href="/assets/icon-1.svg" />';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-page-'));
  mkdirSync(join(directory, 'assets'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A page as Vite builds it. */
function built(html: string, files: Record<string, string> = {}): void {
  writeFileSync(join(directory, 'index.html'), html);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'assets', name), text);
}

describe('the page', () => {
  test('has its script, its style and its icon in it, and says what may run', () => {
    built(`<head>${ICON}${SCRIPT}${STYLE}</head>`, {
      'page-1.js': 'alert("$&")',
      'page-1.css': 'a{}',
      'icon-1.svg': '<svg/>',
    });
    const html =
      '<head><link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,PHN2Zy8+" />' +
      '<script type="module">alert("$&")</script><style>a{}</style></head>';
    expect(openPage(directory)).toEqual({
      html: Buffer.from(html),
      arrived: Buffer.from(html),
      // printf '%s' 'alert("$&")' | openssl dgst -sha256 -binary | base64
      scripts: ["'sha256-z6imxHWmgqNrDJhiAuybcXYVI6IWmATkXdRTATJjNpQ='"],
      styles: ["'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='"],
      chunks: new Map(),
    });
  });

  test('knows the chunks that its script names, and those that these name, and no other file', () => {
    built(SCRIPT, {
      'page-1.js': 'load("/assets/one-1.js"); "./other-1.js"',
      'one-1.js': 'import"./two-1.js";import(`./three-1.js`)',
      'two-1.js': 'import"./one-1.js"',
      'three-1.js': '3',
      'other-1.js': '4',
    });
    const { html, chunks } = openPage(directory);
    expect(html.toString()).toContain('load("/assets/one-1.js")');
    expect([...chunks].map(([path, text]) => [path, text.toString()])).toEqual([
      ['/assets/one-1.js', 'import"./two-1.js";import(`./three-1.js`)'],
      ['/assets/two-1.js', 'import"./one-1.js"'],
      ['/assets/three-1.js', '3'],
    ]);
  });

  test('leaves alone what names no file', () => {
    const html = '<head><link rel="canonical" href="https://x.test/"><noscript>no</noscript></head>';
    built(html);
    expect(openPage(directory)).toEqual({
      html: Buffer.from(html),
      arrived: Buffer.from(html),
      scripts: [],
      styles: [],
      chunks: new Map(),
    });
  });

  test('says in its HTML that somebody has come by a click, where that is so', () => {
    built('<!doctype html><html lang="en"><head></head></html>');
    const { html, arrived } = openPage(directory);
    expect(html.toString()).not.toContain('arrived');
    expect(arrived.toString()).toContain('<html data-arrived lang="en">');
  });

  test('wears the platform’s dress: its name, its colours by their hash, its logo', () => {
    built(`<html><head>${STYLE}</head><body></body></html>`, { 'page-1.css': 'a{}' });
    const page = openPage(directory);
    const logo = { type: 'image/svg+xml', ending: 'svg', bytes: Buffer.from('<svg/>') };
    const brand = brandOf({
      PLATFORM_NAME: '"Hosts" & <Co> $&',
      PLATFORM_LOGO: logo,
      PLATFORM_COLOR: '#1f4e8c',
      PLATFORM_COLOR_DARK: undefined,
      SUPPORT_URL: 'https://example.com/help',
      SUPPORT_EMAIL: undefined,
      TERMS_URL: undefined,
    });
    const worn = dressed(page, brand);
    expect(worn.logo).toMatchObject({
      path: expect.stringMatching(/^\/assets\/logo-[0-9a-f]{12}\.svg$/),
      type: 'image/svg+xml',
    });
    const text = worn.html.toString();
    expect(text).toContain('&quot;name&quot;:&quot;\\&quot;Hosts\\&quot; &amp; &lt;Co&gt; $&amp;&quot;');
    expect(text).toContain('<style>:root{--accent:#1f4e8c;');
    expect(text).toContain('@media (prefers-color-scheme:dark){:root{--accent:#');
    expect(text.indexOf('--accent')).toBeGreaterThan(text.indexOf('a{}'));
    const [, style = ''] = /<\/style>.*<style>(.*)<\/style><\/head>/.exec(text) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(worn.styles).toEqual([...page.styles, `'sha256-${hash}'`]);
    expect(worn.arrived.toString()).toContain('--accent:#1f4e8c');
  });

  test('stays as it is where nothing is configured', () => {
    built('<html><head></head></html>');
    const page = openPage(directory);
    const nothing = { PLATFORM_NAME: undefined, PLATFORM_LOGO: undefined, PLATFORM_COLOR: undefined };
    const none = {
      PLATFORM_COLOR_DARK: undefined,
      SUPPORT_URL: undefined,
      SUPPORT_EMAIL: undefined,
      TERMS_URL: undefined,
    };
    expect(dressed(page, brandOf({ ...nothing, ...none }))).toBe(page);
  });

  test.each([
    ['is not built', '', {}, /not built/],
    ['lacks a file', SCRIPT, {}, /not built/],
    ['lacks a chunk', SCRIPT, { 'page-1.js': 'load("/assets/one-1.js")' }, /not built/],
    ['has a script that ends its tag', SCRIPT, { 'page-1.js': '"</SCRIPT>"' }, /page-1\.js/],
    ['has a script with a comment of HTML', SCRIPT, { 'page-1.js': '"<!--"' }, /page-1\.js/],
    ['has a style that ends its tag', STYLE, { 'page-1.css': 'a{content:"</style>"}' }, /page-1\.css/],
    [
      'needs a file that is not in it',
      STYLE,
      { 'page-1.css': 'a{b:url(/assets/font.woff2)}' },
      /index\.html/,
    ],
    ['names a file in another way', '<img srcset="/assets/a.png 2x">', {}, /index\.html/],
  ])('that %s is not started with', (_what, html, files, why) => {
    if (html) built(html, files as Record<string, string>);
    expect(() => openPage(directory)).toThrow(why);
  });
});
