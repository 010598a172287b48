import fc from 'fast-check';
import { checkSignInLink } from '../../../core/contract/sign-in-link.ts';
import { mustBeRelayable } from '../oracles/link.ts';
import { foreignHost, LINKS, wrongLink } from '../words.ts';
import { documentTarget } from './document.ts';

const piece = fc.oneof(
  foreignHost,
  wrongLink.map((link) => `\n${link}\n`),
  fc.constantFrom(
    ...'#@:/?&=%\\. \t',
    '%23',
    '%2e',
    '%00',
    '//',
    '..',
    '&state=x',
    '&next=https://evil.example',
    '\u3002',
    '\uff0e',
    'ａ',
    '\u00ad',
    '\u212a',
    ';',
    '+',
  ),
);

/** One link to a line; each is checked by itself, in some other writings too. */
export const linkTarget = documentTarget({
  name: 'link',
  what: 'the allow-list, on links that were tampered with',
  share: 0.2,
  bases: [...LINKS, LINKS.join('\n')],
  hostile: piece,
  parse: (text, _, meter) => {
    for (const line of text.split('\n').slice(0, 50))
      for (const written of [line, line.trim(), line.toLowerCase(), decoded(line)])
        if (checkSignInLink(written).ok) {
          meter.meet('a link that passes');
          mustBeRelayable(written);
        }
  },
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
