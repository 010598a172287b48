import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import { compiled } from './messages/compile.ts';

/** A part of a language: `web/messages/de/page.ts`. */
const MODULES = /\/web\/messages\/([\w-]+)\/(\w+)\.ts$/;

/** Reads ICU messages when the page is built, so that the page neither has a parser nor parses. What a language lacks is English. */
export function compiledMessages(): Plugin {
  return {
    name: 'keyferry-compiled-messages',
    enforce: 'pre',
    load: {
      filter: { id: MODULES },
      async handler(id) {
        const english = await messagesIn(id.replace(MODULES, '/web/messages/en/$2.ts'));
        const messages = { ...english, ...(await messagesIn(id)) };
        return { code: `export const messages = ${JSON.stringify(compiled(messages))};`, map: null };
      },
    },
  };
}

/** The name of a part's chunk, for whoever reads the list of what the page loads. */
export function chunkOf(id: string | null): string | undefined {
  const [, language, part] = MODULES.exec(id ?? '') ?? [];
  return language && `messages-${language}-${part}`;
}

async function messagesIn(id: string): Promise<Record<string, string>> {
  const { messages } = await import(pathToFileURL(id).href);
  return messages;
}
