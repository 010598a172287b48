import { createHash, randomBytes } from 'node:crypto';
import { standInUrl } from '../stand-in.mjs';

/** The client id of Claude Code, as it stands in every sign-in link. */
const CLIENT_ID = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';

const random = () => randomBytes(32).toString('base64url');

/** What `auth login` asks for: 2.1.197, and 2.1.330, whose short links begin with `z-` then. */
const LOGIN_SCOPES =
  'org:create_api_key user:profile user:inference user:sessions:claude_code user:mcp_servers user:file_upload';
const NEW_SCOPES = ' user:plugins user:privacy_consents:write org:desktop_config';

/** One sign-in: a verifier that lives as long as the program, and a state that a refused code renews. */
export class SignIn {
  #style;
  #verifier = random();
  #state = random();

  #isLogin;

  /** `kind`: `login` for that of `auth login`. */
  constructor(style, kind) {
    this.#style = style;
    this.#isLogin = kind === 'login';
  }

  get #scope() {
    if (!this.#isLogin) return 'user:inference';
    return this.#style.shortAuthorize ? LOGIN_SCOPES + NEW_SCOPES : LOGIN_SCOPES;
  }

  get link() {
    const { authorize, shortAuthorize, redirect } = this.#style;
    const challenge = createHash('sha256').update(this.#verifier).digest('base64url');
    if (shortAuthorize && process.env.CLAUDE_CODE_FULL_SIGN_IN_LINK !== '1')
      return `${shortAuthorize}?${this.#isLogin ? 'z-' : 'I'}${challenge}`;
    const asked = new URLSearchParams({
      code: 'true',
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: redirect,
      scope: this.#scope,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: this.#state,
    });
    return `${authorize}?${asked}`;
  }

  /**
   * Exchanges a code as the real program does: with its own state, whatever stood behind the `#`.
   * Returns `{token, granted}` or `{status}`; never returns when nobody answers, as the real one shows nothing then.
   */
  async exchange(code) {
    const body = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#style.redirect,
      client_id: CLIENT_ID,
      code_verifier: this.#verifier,
      state: this.#state,
      ...(this.#isLogin ? {} : { expires_in: 31_536_000 }),
    };
    try {
      const answer = await fetch(`${standInUrl()}/v1/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (answer.ok) {
        const granted = await answer.json();
        return { token: granted.access_token, granted };
      }
      this.#state = random();
      return { status: answer.status };
    } catch {
      return new Promise(() => {});
    }
  }
}

/** The code in what was pasted, or undefined when it lacks one of its halves. */
export function codeIn(pasted) {
  const [code, state] = pasted.replaceAll(/\s/g, '').split('#');
  return code && state ? code : undefined;
}
