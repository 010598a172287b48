import { isLoopback, standInUrl } from '../stand-in.mjs';
import { takeOption } from '../words.mjs';
import { readLogin } from './auth.mjs';

/** `claude -p <prompt> --model <id>`: one turn with the token that it is given, else with the login that is kept here. */
export async function print(words) {
  const model = takeOption(words, '--model') ?? 'claude-opus-5';
  const given = process.env.CLAUDE_CODE_OAUTH_TOKEN;
  const login = given ? { accessToken: given } : readLogin();
  const base = standInUrl();
  if (!login) return fail('Invalid API key · Please run /login');
  if (!isLoopback(base)) return fail('A simulated claude speaks to loopback only.');
  try {
    const answer = await fetch(`${base}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'anthropic-version': '2023-06-01',
        authorization: `Bearer ${login.accessToken}`,
      },
      body: JSON.stringify({ model, max_tokens: 64, messages: [{ role: 'user', content: words.at(-1) }] }),
    });
    if (!answer.ok) return fail(`API Error: ${answer.status} ${await answer.text()}`);
    const { content } = await answer.json();
    console.log(content.map(({ text }) => text).join(''));
  } catch (error) {
    fail(`API Error: ${error.cause?.message ?? error.message}`);
  }
}

function fail(words) {
  console.log(words);
  process.exitCode = 1;
}
