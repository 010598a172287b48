import type { Session } from '../../core/contract/http-api.ts';
import type { Brand } from '../model/state.ts';

/** What is configured, which the api has put into the page. */
export function configuredBrand(): Brand {
  const found = document.querySelector<HTMLMetaElement>('meta[name=brand]');
  return found ? JSON.parse(found.content) : {};
}

const DARK = '(prefers-color-scheme: dark)';
let worn = '';

/** Puts on what the link says: its colours, and light or dark whatever the browser wishes. Our policy has no style of a script's, but its rules. */
export function wear({ theme = 'auto', brand }: Session): void {
  const styles = brand?.styles ?? [];
  const dress = `${theme}${styles}`;
  if (dress === worn) return;
  worn = dress;
  const sheets = [...document.styleSheets];
  const last = sheets.at(-1);
  for (const rule of styles) last?.insertRule(rule, last.cssRules.length);
  const how = { light: 'not all', dark: 'all', auto: DARK }[theme];
  for (const rule of sheets.flatMap(({ cssRules }) => [...cssRules]))
    if (rule instanceof CSSMediaRule && (rule.media.mediaText.includes('color-scheme') || darks.has(rule))) {
      darks.add(rule);
      rule.media.mediaText = how;
    }
  document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
}

/** Rules for the dark page, whatever they have been told. */
const darks = new WeakSet<CSSRule>();
