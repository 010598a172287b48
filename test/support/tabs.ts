import type { BrowserContext } from 'playwright-core';

/** What the tabs of a browser show now, as text. */
export async function textOfTabs(context: BrowserContext): Promise<string> {
  const texts = context
    .pages()
    .map((page) => page.evaluate<string>('document.body.innerText').catch((thrown) => String(thrown)));
  return (await Promise.all(texts)).join('\n———\n');
}
