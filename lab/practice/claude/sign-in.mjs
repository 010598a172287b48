import { createHash, randomBytes } from 'node:crypto';
import { standInUrl } from '../stand-in.mjs';

/** The client id of Claude Code, as it stands in every sign-in link. */
const CLIENT_ID = '9d1c250a-e61b-44d9-88ed-5944d1962f5e';

const random = () => randomBytes(32).toString('base64url');

/** One sign-in: a verifier that lives as long as the program, and a state that a refused code renews. */
export class SignIn {
  #style;
  #verifier = random();
  #state = random();

  constructor(style) {
    this.#style = style;
  }

  get link() {
    const { authorize, shortAuthorize, redirect } = this.#style;
    const challenge = createHash('sha256').update(this.#verifier).digest('base64url');
    if (shortAuthorize && process.env.CLAUDE_CODE_FULL_SIGN_IN_LINK !== '1')
      return `${shortAuthorize}?I${challenge}`;
    const asked = new URLSearchParams({
      code: 'true',
      client_id: CLIENT_ID,
      response_type: 'code',
      redirect_uri: redirect,
      scope: 'user:inference',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: this.#state,
    });
    return `${authorize}?${asked}`;
  }

  /**
   * Exchanges a code as the real program does: with its own state, whatever stood behind the `#`.
   * Returns `{token}` or `{status}`; never returns when nobody answers, as the real one shows nothing then.
   */
  async exchange(code) {
    const body = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#style.redirect,
      client_id: CLIENT_ID,
      code_verifier: this.#verifier,
      state: this.#state,
      expires_in: 31_536_000,
    };
    try {
      const answer = await fetch(`${standInUrl()}/v1/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (answer.ok) return { token: (await answer.json()).access_token };
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
