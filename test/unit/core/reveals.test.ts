import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ROOMS = ['core', 'api', 'worker', 'scripts', 'web', 'lab'];
const SECRET = 'core/secrets/secret.ts';

/** Why a secret's text may be had, in the words of secret.ts. */
type Why = 'types it' | 'hides it' | 'seals it' | 'was sealed' | 'judges it' | 'signs in or signs';

/** Every file of production code that asks a secret for its text: how often, and what for. */
const CALLERS: Record<string, [times: number, Why]> = {
  'api/notices/chat.ts': [1, 'signs in or signs'],
  'api/notices/smtp.ts': [1, 'signs in or signs'],
  'api/operators/passwords.ts': [2, 'judges it'],
  'api/operators/provider-digest.ts': [1, 'judges it'],
  'api/operators/provider.ts': [2, 'signs in or signs'],
  'api/platform/webhooks.ts': [1, 'signs in or signs'],
  'core/secrets/redaction.ts': [1, 'hides it'],
  'core/secrets/sealed-to-workers.ts': [1, 'seals it'],
  'core/secrets/sealed.ts': [1, 'seals it'],
  'core/store/attempt-entry.ts': [1, 'was sealed'],
  'core/store/boxes.ts': [3, 'seals it'],
  'core/store/recordings.ts': [1, 'was sealed'],
  'core/store/redis.ts': [1, 'signs in or signs'],
  'scripts/fuzz/stream/readers.ts': [1, 'judges it'],
  'scripts/screenshots/page-server.ts': [1, 'judges it'],
  'worker/fallback/customer-key.ts': [1, 'signs in or signs'],
  'worker/handshake/own-key-memory.ts': [1, 'was sealed'],
  'worker/handshake/sign-in.ts': [2, 'judges it'],
  'worker/programs/openclaw/credential-proof.ts': [1, 'judges it'],
  'worker/programs/openclaw/own-profiles.ts': [1, 'judges it'],
  'worker/programs/openclaw/platform-key.ts': [1, 'types it'],
  'worker/programs/openclaw/profile-store.ts': [1, 'types it'],
  'worker/queue/attempt.ts': [1, 'judges it'],
  'worker/terminal/terminal.ts': [1, 'types it'],
  'worker/transports/kubernetes.ts': [1, 'signs in or signs'],
  'worker/transports/openssh-master.ts': [1, 'signs in or signs'],
  'worker/transports/openssh.ts': [1, 'signs in or signs'],
  'worker/transports/ssh2.ts': [1, 'signs in or signs'],
  'worker/vault/key-file.ts': [1, 'was sealed'],
};

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm;

/** How often a text names `reveal`, in whatever way: called, destructured, bound, by its name in brackets. */
function revealsIn(text: string): number {
  return text.replaceAll(COMMENT, '').match(/\breveal\b/g)?.length ?? 0;
}

function callers(): Record<string, number> {
  const files = ROOMS.flatMap((room) =>
    readdirSync(`${ROOT}/${room}`, { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`),
  );
  const counted = files
    .filter(
      (file) => /\.[cm]?[jt]sx?$/.test(file) && !/\/dist\/|\/node_modules\//.test(file) && file !== SECRET,
    )
    .map((file) => [file, revealsIn(readFileSync(`${ROOT}/${file}`, 'utf8'))] as const);
  return Object.fromEntries(counted.filter(([, times]) => times > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('the text of a secret', () => {
  test('is asked for by these files, this often, and by no other', () => {
    const listed = Object.fromEntries(Object.entries(CALLERS).map(([file, [times]]) => [file, times]));
    expect(callers()).toEqual(listed);
  });

  test('is asked for for the reasons that secret.ts names', () => {
    const [, docstring = ''] = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(`${ROOT}/${SECRET}`, 'utf8')) ?? [];
    for (const [, why] of Object.values(CALLERS)) expect(docstring).toContain(why);
    expect(docstring).toContain('test/unit/core/reveals.test.ts');
  });

  test.each([
    ['a call', 'token.reveal()', 1],
    ['a call that may not be', 'token?.reveal()', 1],
    ['a call in two rows', 'token\n  .reveal()', 1],
    ['a destructured one', 'const { reveal } = token;', 1],
    ['a bound one', 'token.reveal.bind(token)', 1],
    ['one by its name', "token['reveal']()", 1],
    ['a comment', '/** reveal() */\n// reveal\ncall(); // reveal', 0],
    ['an address beside it', "fetch('https://x/', token.reveal())", 1],
    ['another word', 'revealed(revealAll)', 0],
  ])('is seen to be asked for in %s', (_what, text, times) => {
    expect(revealsIn(text)).toBe(times);
  });
});
