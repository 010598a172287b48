import { createHash } from 'node:crypto';
import fc from 'fast-check';

/** The secrets of one case: two that the redactor is told of, two that it has to know by their shape. */
export interface Secrets {
  token: string;
  code: string;
  strayToken: string;
  strayCode: string;
}

export const secrets: fc.Arbitrary<Secrets> = fc.noShrink(fc.noBias(fc.nat())).map((seed) => {
  const word = (name: string, length: number) =>
    createHash('sha512').update(`${seed} ${name}`).digest('base64url').repeat(2).slice(0, length);
  return {
    token: `sk-ant-oat01-${word('token', 80)}${word('end', 15)}`,
    code: `${word('code', 48)}#${word('state', 43)}`,
    strayToken: `sk-ant-oat01-${word('stray token', 80)}${word('stray end', 15)}`,
    strayCode: `${word('stray code', 48)}#${word('stray state', 43)}`,
  };
});

/** A place in something, as a share of its length. */
export const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

export const placeIn = (length: number, at: number) => Math.floor(at * length);

/** Host names that are not Claude's and look, or are written, as if they were. */
export const foreignHost = fc.constantFrom(
  'evil.example',
  'claude.ai.evil.example',
  'claude.com.evil.example',
  'claude.ai@evil.example',
  'claude.ai:443@evil.example',
  'evil.example\\@claude.ai',
  'evil.example/https://claude.ai',
  'cIaude.ai',
  'xn--laude-4ye.ai',
  'claude.ai.',
  'claude.ai:8443',
  'claude%2eai',
  'CLAUDE.AI',
  '127.0.0.1',
  '[::1]',
  'с1aude.ai',
);

/** What a foreign host has to show to look right in everything else. */
const CHALLENGE = 'a0P6IxzX73qutzTgPY5ubxOCGrsDXN70DCuG04uzGY8';
const FULL = `code=true&client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e&response_type=code&redirect_uri=https%3A%2F%2Fplatform.claude.com%2Foauth%2Fcode%2Fcallback&scope=user%3Ainference&code_challenge=${CHALLENGE}&code_challenge_method=S256&state=FeKAk8zDF_MSSsU0MKei2CjXIpAhUmOj6JyBfhkKdrQ`;

/** The links that `claude setup-token` prints: short (2.1.330), full (up to 2.1.36), full (from 2.1.197). */
export const LINKS = [
  `https://claude.ai/oauth/authorize?I${CHALLENGE}`,
  `https://claude.ai/oauth/authorize?${FULL}`,
  `https://claude.com/cai/oauth/authorize?${FULL}`,
];

/** Such a link with one thing about it that is wrong. */
export const wrongLink = fc.oneof(
  fc
    .tuple(foreignHost, fc.constantFrom(...LINKS))
    .map(([host, link]) => link.replace(/claude\.(ai|com)/, () => host)),
  fc
    .tuple(
      fc.constantFrom(...LINKS),
      fc.constantFrom(
        ['https:', 'http:'],
        ['/oauth', '/evil'],
        ['/oauth', '//oauth'],
        ['user%3Ainference', 'org%3Acreate_api_key'],
        ['user%3Ainference', 'user%3Ainference+org%3Acreate_api_key'],
        ['platform.claude.com', 'evil.example'],
        ['9d1c250a', '9d1c250b'],
        ['S256', 'plain'],
        ['response_type=code', 'response_type=token'],
        ['&state=', '&state=&state='],
        ['code=true', 'code=true&next=https://evil.example'],
        ['8', ''],
        ['?', '?I&'],
        ['?', '#'],
        ['claude', 'u:p@claude'],
      ),
    )
    .map(([link, [from, to]]) => link.replace(from as string, to as string)),
);
