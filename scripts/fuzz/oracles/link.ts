import { must } from './finding.ts';

/**
 * A second opinion on links, by hand and without URL or a pattern of the product's: the pages and the parameters
 * that versions 1.0.64 to 2.1.332 were seen to print, spelled out.
 */
const PAGES = ['https://claude.ai/oauth/authorize', 'https://claude.com/cai/oauth/authorize'];
const CALLBACKS = ['console.anthropic.com', 'platform.claude.com'].flatMap((host) => [
  `https%3A%2F%2F${host}%2Foauth%2Fcode%2Fcallback`,
  `https://${host}/oauth/code/callback`,
]);
const FIXED: Readonly<Record<string, readonly string[]>> = {
  code: ['true'],
  client_id: ['9d1c250a-e61b-44d9-88ed-5944d1962f5e'],
  response_type: ['code'],
  redirect_uri: CALLBACKS,
  scope: ['user%3Ainference', 'user:inference'],
  code_challenge_method: ['S256'],
};
const RANDOM = ['code_challenge', 'state'];
/** Where the settings name an organization. */
const ORGANIZATION = 'orgUUID';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function mayBeRelayed(link: string): boolean {
  const page = PAGES.find((start) => link.startsWith(`${start}?`));
  if (page === undefined) return false;
  const query = link.slice(page.length + 1);
  if (page === PAGES[0] && query.startsWith('I') && isRandom(query.slice(1))) return true;
  const names = new Set<string>();
  for (const parameter of query.split('&')) {
    const equals = parameter.indexOf('=');
    const [name, value] = [parameter.slice(0, equals), parameter.slice(equals + 1)];
    const known = RANDOM.includes(name)
      ? isRandom(value)
      : name === ORGANIZATION
        ? isUuid(value)
        : Object.hasOwn(FIXED, name) && FIXED[name]?.includes(value) === true;
    if (!known || names.has(name)) return false;
    names.add(name);
  }
  names.delete(ORGANIZATION);
  return names.size === Object.keys(FIXED).length + RANDOM.length;
}

function isUuid(text: string): boolean {
  const lengths = text.split('-').map((part) => part.length);
  const digits = [...text.replaceAll('-', '')].every((digit) => '0123456789abcdefABCDEF'.includes(digit));
  return lengths.join(' ') === '8 4 4 4 12' && digits;
}

function isRandom(text: string): boolean {
  return text.length === 43 && [...text].every((letter) => LETTERS.includes(letter));
}

export function mustBeRelayable(link: string): void {
  must(mayBeRelayed(link), 'a link off the allow-list passed');
}
