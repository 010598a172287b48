import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { directionOf, type Language } from '../../core/contract/languages.ts';
import { compiled } from '../../web/messages/compile.ts';
import { type Part, speak } from '../../web/messages/say.ts';

const STYLE = new URL('../../web/style/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, STYLE), 'utf8');

/** The page's own style, and that of the screens beside the main path, which the page adds when it shows them. */
const CSS = [
  read('page.css').replaceAll(/@import "\.\/([\w-]+\.css)";/g, (_, name) => read(name)),
  read('keys.css'),
];

/** Speaks a language, all of it. */
export async function speakAll(language: Language): Promise<void> {
  const messagesOf = async (part: Part) => {
    const { messages } = (await import(`../../web/messages/${language}/${part}.ts`)) as {
      messages: Readonly<Record<string, string>>;
    };
    return compiled(messages);
  };
  const [page, errors, keys] = await Promise.all([
    messagesOf('page'),
    messagesOf('errors'),
    messagesOf('keys'),
  ]);
  speak({ language, locale: language }, { page, errors, keys });
}

/** An empty page in a browser that is dressed as the customer's; what was drawn elsewhere is shown on it. */
export async function openDrawn(page: Page): Promise<void> {
  await page.setContent(
    `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width, initial-scale=1">` +
      `<meta name="color-scheme" content="light dark"><title>-</title><style>${CSS.join('\n')}</style></head>` +
      '<body><div id="page"></div></body></html>',
  );
}

/** Runs in the page: shows a drawing in the language in which it was made. */
export const SHOW = `(({ html, title, lang, dir }) => {
  Object.assign(document.documentElement, { lang, dir });
  document.title = title;
  document.getElementById('page').innerHTML = html;
})`;

/** What `SHOW` is called with. */
export const shownIn = (language: Language, { html, title }: { html: string; title: string }) => ({
  html,
  title,
  lang: language,
  dir: directionOf(language),
});
