/** What a sign-in link asks for, whichever of its two forms it has. */
export interface AuthorizeRequest {
  challenge: string;
  /** Absent in the short links of Claude Code from 2.1.330 on. */
  state: string | undefined;
  scopes: readonly string[];
}

/** What short links stand for: `I` is `claude setup-token`'s, `z-` is `claude auth login`'s (2.1.330 to 2.1.332). */
const SHORT: Readonly<Record<string, string>> = {
  I: 'user:inference',
  'z-': 'org:create_api_key user:profile user:inference user:sessions:claude_code user:mcp_servers user:file_upload user:plugins user:privacy_consents:write org:desktop_config',
};

/** Reads a sign-in link as Anthropic's page would; undefined when it is not one, or not whole. */
export function readAuthorizeUrl(url: URL): AuthorizeRequest | undefined {
  const scopes = SHORT[url.search.slice(1, -43)]?.split(' ');
  const short = /[\w-]{43}$/.exec(url.search)?.[0];
  if (scopes && short) return { challenge: short, state: undefined, scopes };
  const value = (name: string) => url.searchParams.get(name) ?? '';
  // A link cut at a terminal's edge fails here as it does at Anthropic ("Unknown scope: us").
  const whole =
    value('response_type') === 'code' &&
    value('client_id') !== '' &&
    value('redirect_uri') !== '' &&
    value('code_challenge_method') === 'S256' &&
    /^[\w-]{43}$/.test(value('code_challenge')) &&
    /^([a-z]+:[a-z_:]+ ?)+$/.test(value('scope')) &&
    value('state') !== '';
  if (!whole) return undefined;
  return { challenge: value('code_challenge'), state: value('state'), scopes: value('scope').split(' ') };
}
