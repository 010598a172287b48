import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { standInUrl } from '../stand-in.mjs';

/** Where the real one keeps its login on Linux, and whose it is, and the forms that they have there. */
const path = () => join(process.env.CLAUDE_CONFIG_DIR || join(homedir(), '.claude'), '.credentials.json');
const accountPath = () => join(process.env.CLAUDE_CONFIG_DIR || homedir(), '.claude.json');

const DAY_MS = 24 * 60 * 60_000;

export function readLogin() {
  return read(path())?.claudeAiOauth;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Keeps what the token endpoint gave; the real one keeps nothing where it may not ask for the account's name. */
export function keepLogin({ access_token, refresh_token, expires_in, scope, account, organization }) {
  if (!scope.split(' ').includes('user:profile')) return;
  const claudeAiOauth = {
    accessToken: access_token,
    refreshToken: refresh_token,
    expiresAt: Date.now() + expires_in * 1_000,
    refreshTokenExpiresAt: Date.now() + 30 * DAY_MS,
  };
  const oauthAccount = {
    emailAddress: account.email_address,
    organizationUuid: organization.uuid,
    organizationName: organization.name,
  };
  mkdirSync(dirname(path()), { recursive: true, mode: 0o700 });
  writeFileSync(accountPath(), JSON.stringify({ ...read(accountPath()), oauthAccount }), { mode: 0o600 });
  writeFileSync(path(), JSON.stringify({ claudeAiOauth }), { mode: 0o600 });
}

/** `claude auth status`: JSON, and 1 where nobody is signed in. */
export function authStatus(style) {
  const login = readLogin();
  const { oauthAccount } = read(accountPath()) ?? {};
  const variable = ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN'].find((name) => process.env[name]);
  const how = { ANTHROPIC_API_KEY: 'api_key', CLAUDE_CODE_OAUTH_TOKEN: 'oauth_token' }[variable];
  const authMethod = how ?? (login ? 'claude.ai' : 'none');
  const isOwn = authMethod === 'claude.ai';
  const told = {
    loggedIn: authMethod !== 'none',
    authMethod,
    apiProvider: 'firstParty',
    ...(style.login?.tellsItsEnd
      ? { loginExpiresAt: isOwn ? new Date(login.refreshTokenExpiresAt).toISOString() : null }
      : {}),
    ...(isOwn
      ? {
          email: oauthAccount?.emailAddress,
          orgId: oauthAccount?.organizationUuid,
          orgName: oauthAccount?.organizationName,
          subscriptionType: 'max',
        }
      : {}),
  };
  console.log(JSON.stringify(told, null, 2));
  if (!told.loggedIn) process.exitCode = 1;
}

/** `claude auth logout`. Only 2.1.332 was seen to tell Anthropic. */
export async function authLogout(style) {
  const login = readLogin();
  rmSync(path(), { force: true });
  const isTold = login === undefined || !style.login?.revokes || (await revoke(login.refreshToken));
  console.log(
    isTold
      ? 'Successfully logged out from your Anthropic account.'
      : "Logged out on this computer, but Anthropic didn't confirm the login was revoked. It may still work until you revoke it at https://claude.ai/settings/claude-code",
  );
}

async function revoke(token) {
  try {
    const body = JSON.stringify({ token, token_type_hint: 'refresh_token' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${standInUrl()}/v1/oauth/token/revoke`, { method: 'POST', headers, body });
    return answer.ok;
  } catch {
    return false;
  }
}
