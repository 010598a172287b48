import { randomBytes } from 'node:crypto';

/** What `claude setup-token` sends, by name, in its order. */
type LinkParameters = Record<string, string>;

export const CHALLENGE = 'a0P6IxzX73qutzTgPY5ubxOCGrsDXN70DCuG04uzGY8';
export const STATE = 'FeKAk8zDF_MSSsU0MKei2CjXIpAhUmOj6JyBfhkKdrQ';
/** What `claude auth login` asks for: 2.1.116 to 2.1.197, and from 2.1.330 on, which is the `z-` of a short link. */
export const LOGIN_SCOPES =
  'org:create_api_key user:profile user:inference user:sessions:claude_code user:mcp_servers user:file_upload';
export const NEW_LOGIN_SCOPES = `${LOGIN_SCOPES} user:plugins user:privacy_consents:write org:desktop_config`;
export const SHORT_LOGIN_LINK = `https://claude.ai/oauth/authorize?z-${CHALLENGE}`;
export const SHORT_LINK = `https://claude.ai/oauth/authorize?I${CHALLENGE}`;

const PARAMETERS: LinkParameters = {
  code: 'true',
  client_id: '9d1c250a-e61b-44d9-88ed-5944d1962f5e',
  response_type: 'code',
  redirect_uri: 'https://platform.claude.com/oauth/code/callback',
  scope: 'user:inference',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  state: STATE,
};

export const CLAUDE_AI = 'https://claude.ai/oauth/authorize';
export const CLAUDE_COM = 'https://claude.com/cai/oauth/authorize';

/** A full sign-in link; `changes` replace parameters, an undefined one takes it away. */
export function fullLink(
  changes: Readonly<Record<string, string | undefined>> = {},
  page: string = CLAUDE_COM,
): string {
  const all = Object.entries({ ...PARAMETERS, ...changes });
  const kept = all.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `${page}?${new URLSearchParams(kept)}`;
}

/** 43 characters as of a challenge or a state. */
export const random43 = () => randomBytes(32).toString('base64url');
