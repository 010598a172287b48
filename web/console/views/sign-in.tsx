import { useState } from 'preact/hooks';
import type { SignInWays } from '../../../core/contract/console-api.ts';
import { CATALOGUE, type ErrorCode } from '../../../core/contract/errors.ts';
import { keepsCookies } from '../../client/cookies.ts';
import type { Refusal } from '../../model/state.ts';
import type { Desk } from '../client/desk.ts';
import { refusalWords } from '../model/words.ts';
import { Heading } from '../parts/heading.tsx';
import { Problem } from '../parts/problem.tsx';

interface Props {
  desk: Desk;
  ways: SignInWays;
  /** There was a session, and it has ended. */
  hasEnded: boolean;
}

/** Operators sign in here and continue where they were: the place stays in the address. */
export function SignIn({ desk, ways, hasEnded }: Props) {
  const [refused] = useState(takeRefusal);
  return (
    <main class="alone">
      <p class="name">
        Keyferry <span>support</span>
      </p>
      <Heading title="Sign in" />
      {hasEnded && (
        <p class="notice" role="status">
          Your session has ended. Sign in again to continue where you were.
        </p>
      )}
      {!hasEnded && refused && <p class="notice bad">{refused}</p>}
      {ways.password && <Password desk={desk} />}
      {ways.password && ways.provider && <p class="or">or</p>}
      {ways.provider && (
        <a class={ways.password ? 'secondary' : 'primary'} href="/sign-in/oidc">
          Sign in with {ways.provider}
        </a>
      )}
    </main>
  );
}

/** Why the identity provider sent the browser back here: it is in the address, `?sign-in=<code>`, until it is read. */
function takeRefusal(): string | undefined {
  if (!keepsCookies()) return refusalWords('cookies_blocked');
  const code = new URLSearchParams(location.search).get('sign-in');
  if (code === null) return undefined;
  history.replaceState(null, '', location.pathname + location.hash);
  if (code === 'sign_in_refused') return CATALOGUE.sign_in_refused.support;
  return refusalWords(code in CATALOGUE ? (code as ErrorCode) : 'internal_error');
}

function Password({ desk }: { desk: Desk }) {
  const [why, setWhy] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setWhy(undefined);
    setBusy(true);
    const refused = await desk.signIn(String(form.get('name')), String(form.get('password')));
    setBusy(false);
    setWhy(refused);
  };
  return (
    <form class="password" onSubmit={submit}>
      <label>
        Name
        <input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required />
      </label>
      <label>
        Password
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <Problem why={why} />
      <button class="primary" type="submit" aria-disabled={isBusy}>
        {isBusy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}
