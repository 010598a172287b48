import { type Language, spokenFor } from '../../core/contract/languages.ts';
import { compiled } from '../../web/messages/compile.ts';
import '../../web/messages/english.ts';
import type { Part } from '../../web/messages/say.ts';
import { speak } from '../../web/messages/say.ts';

/** The locale of the browser in which the pictures are taken: `KEYFERRY_SCREENS_LOCALE`, such as `ar-EG`. */
export const LOCALE = process.env.KEYFERRY_SCREENS_LOCALE ?? 'en-GB';

const spoken = spokenFor([LOCALE]);
export const LANGUAGE: Language = spoken.language;

async function partOf(part: Part) {
  const { messages } = (await import(`../../web/messages/${LANGUAGE}/${part}.ts`)) as {
    messages: Readonly<Record<string, string>>;
  };
  return compiled(messages);
}

// What leads to a state looks for what the page says, so it has to speak the same language; import this before it.
speak(spoken, { page: await partOf('page'), errors: await partOf('errors'), keys: await partOf('keys') });
