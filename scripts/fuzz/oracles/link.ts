import { must } from './finding.ts';

/**
 * A second opinion on links, by hand and without URL or a pattern of the product's: the pages and the parameters
 * that versions 1.0.64 to 2.1.332 were seen to print, for either sign-in, spelled out.
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
  code_challenge_method: ['S256'],
};
const RANDOM = ['code_challenge', 'state'];
/** What `auth login` of 2.1.41 to 2.1.332 asks for; the first five always. */
const ALWAYS = [
  'org:create_api_key',
  'user:profile',
  'user:inference',
  'user:sessions:claude_code',
  'user:mcp_servers',
];
const RIGHTS = [
  ...ALWAYS,
  'user:file_upload',
  'user:plugins',
  'user:projects:read',
  'user:projects:write',
  'user:privacy_consents:write',
  'org:desktop_config',
];
/** Where the settings name an organization. */
const ORGANIZATION = 'orgUUID';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export function mayBeRelayed(link: string): boolean {
  const page = PAGES.find((start) => link.startsWith(`${start}?`));
  if (page === undefined) return false;
  const query = link.slice(page.length + 1);
  if (page === PAGES[0] && isRandom(query.slice(-43)) && isShort(query.slice(0, -43))) return true;
  const names = new Set<string>();
  for (const parameter of query.split('&')) {
    const equals = parameter.indexOf('=');
    const [name, value] = [parameter.slice(0, equals), parameter.slice(equals + 1)];
    const known = RANDOM.includes(name)
      ? isRandom(value)
      : name === 'scope'
        ? areRights(value.split('+').map((right) => right.replaceAll('%3A', ':')))
        : name === ORGANIZATION
          ? isUuid(value)
          : Object.hasOwn(FIXED, name) && FIXED[name]?.includes(value) === true;
    if (!known || names.has(name)) return false;
    names.add(name);
  }
  names.delete(ORGANIZATION);
  return names.size === Object.keys(FIXED).length + RANDOM.length + 1;
}

function areRights(rights: readonly string[]): boolean {
  if (rights.length === 1) return rights[0] === 'user:inference';
  const seen = rights.filter((right, at) => RIGHTS.includes(right) && rights.indexOf(right) === at);
  return seen.length === rights.length && ALWAYS.every((right) => seen.includes(right));
}

/** What stands before the challenge of a short link: rights by number, two for the first, four for the second and so on. */
function isShort(written: string): boolean {
  if (written.length < 1 || written.length > 2) return false;
  let left = 0;
  for (const letter of written) left = left * LETTERS.length + LETTERS.indexOf(letter);
  if (left % 2 === 1 || (written.length === 2 && left < LETTERS.length)) return false;
  const rights: string[] = [];
  for (let at = RIGHTS.length - 1; at >= 0; at -= 1) {
    if (left < 2 ** (at + 1)) continue;
    left -= 2 ** (at + 1);
    rights.push(RIGHTS[at] as string);
  }
  return left === 0 && areRights(rights);
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
