import { beforeEach, expect, test } from '@jest/globals';
import { Tongue } from '../../../web/messages/load.ts';
import { say } from '../../../web/messages/say.ts';

const shown = { lang: '', dir: '' };
beforeEach(() => {
  Object.assign(globalThis, { document: { documentElement: shown } });
});

const tongueOf = () => new Tongue({ onMore: () => undefined, onMute: () => undefined });
const GERMAN = { language: 'de', locale: 'de-CH' } as const;
const ARABIC = { language: 'ar', locale: 'ar' } as const;

test('what the pages beside the main path say is there, although they were wanted before the language was known', async () => {
  const tongue = tongueOf();
  let isThere = false;
  const more = tongue.more().then(() => {
    isThere = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isThere).toBe(false);
  tongue.turnTo(GERMAN);
  await more;
  expect(say('ends.refresh')).toBe('Neuen Link anfordern');
  expect(shown).toEqual({ lang: 'de', dir: 'ltr' });
});

test('it is there in the next language, too', async () => {
  const tongue = tongueOf();
  tongue.turnTo(GERMAN);
  await tongue.more();
  tongue.turnTo(ARABIC);
  await tongue.more();
  expect(say('ends.refresh')).toMatch(/[\u0600-\u06ff]/);
  expect(shown).toEqual({ lang: 'ar', dir: 'rtl' });
});
