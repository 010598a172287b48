import { describe, expect, test } from '@jest/globals';
import { CATALOGUE } from '../../core/contract/errors.ts';
import type { ProgramChoice } from '../../lab/box-programs.ts';
import { leaks } from '../../lab/leaks.ts';
import type { HandshakeFailed } from '../../worker/handshake/ends.ts';
import type { Change } from '../../worker/handshake/progress.ts';
import { duringTests } from '../support/during-tests.ts';
import { failure } from '../support/failure.ts';
import { connect, keyferry } from '../support/keyferry.ts';
import { fullLink, random43, SHORT_LINK } from '../support/links.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { RELAYABLE } from '../support/relayable.ts';

/** A box whose `claude` (or `openclaw`) is an attacker's. */
const GOOD = fullLink();
const EVIL = 'https://evil.example/oauth/authorize?x';
const ASK = '\n\n Paste code here if prompted > ';
const hyperlink = (uri: string, text: string) => `\x1b]8;;${uri}\x07${text}\x1b]8;;\x07`;
const CODE = random43();
const PASTED = `${CODE}#${new URL(GOOD).searchParams.get('state')}`;

/** A program that prints this, then does that. */
const printing = (output: string, then = 'exec sleep 300') => ({
  script: `#!/bin/sh\ncat <<'END_OF_OUTPUT'\n${output}\nEND_OF_OUTPUT\n${then}\n`,
});

const { lab } = duringTests({ lab: startPracticeLab });

/** Runs a handshake on a box with this `claude`; checks what holds for every box, however hostile. */
async function meet(
  claude: ProgramChoice,
  { openclaw, ...hurry }: { openclaw?: ProgramChoice; opening?: number; exchanging?: number } = {},
) {
  const box = await lab.box({}, openclaw ? { claude, openclaw } : { claude });
  const deadlines = { opening: 8_000, waiting: 5_000, exchanging: 8_000, ...hurry };
  const { failed, changes } = await failure(box, deadlines, async () => PASTED);
  expectHarmless(failed, changes);
  expect(await leftOn(box)).toEqual([]);
  return { code: failed.error.code, failed, urls: changes.flatMap(({ url }) => url ?? []) };
}

function expectHarmless({ error, message }: HandshakeFailed, changes: readonly Change[]): void {
  expect(Object.keys(CATALOGUE)).toContain(error.code);
  expect(error.code).not.toBe('internal_error');
  for (const { url } of changes) if (url !== undefined) expect(url).toMatch(RELAYABLE);
  const told = [message, error.message, error.detail, error.screen, JSON.stringify(changes)].join('\n');
  expect(told).not.toMatch(STEERING);
  expect(leaks([CODE], { told })).toEqual([]);
  expect(told.length).toBeLessThan(200_000);
}

/** Control characters but newline, and marks that turn text around. */
const STEERING = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

describe('a link that must not be relayed is not: link_not_trusted', () => {
  const query = GOOD.slice(GOOD.indexOf('?'));
  test.each([
    ['of another host', EVIL],
    ['of a host that looks alike', `https://claude.ai.evil.example/oauth/authorize${query}`],
    ['of a host in other letters', `https://cIaude.ai/oauth/authorize${query}`],
    ['of a punycode host', `https://xn--laude-4ye.ai/oauth/authorize${query}`],
    ['of a host with a dot behind it', `https://claude.ai./oauth/authorize${query}`],
    ['with Claude’s host as a user', `https://claude.ai@evil.example/oauth/authorize${query}`],
    ['with Claude’s host behind a backslash', `https://evil.example\\@claude.ai/oauth/authorize${query}`],
    ['with a port', `https://claude.ai:8443/oauth/authorize${query}`],
    ['without encryption', `http://claude.ai/oauth/authorize${query}`],
    ['to another page of Claude’s', `https://claude.ai/redirect${query}`],
    ['with another client', fullLink({ client_id: '11111111-1111-4111-8111-111111111111' })],
    ['with another callback', fullLink({ redirect_uri: 'https://evil.example/callback' })],
    ['with more rights', fullLink({ scope: 'user:inference org:create_api_key' })],
    ['with a parameter of Object’s', `${GOOD}&constructor=x`],
    ['with an evil one beside it', `${GOOD}\n\n${EVIL}`],
    ['with another sign-in beside it', `${GOOD}\n\n${fullLink({ code_challenge: random43() })}`],
    ['under the text of another', hyperlink(GOOD, EVIL)],
    ['over the text of another', hyperlink(EVIL, GOOD)],
    ['inside another', `${EVIL}&next=${GOOD}`],
  ])('%s', async (_, output) => {
    const { code, urls } = await meet(printing(output + ASK));
    expect({ code, urls }).toEqual({ code: 'link_not_trusted', urls: [] });
  });
});

describe('what is no link is not relayed', () => {
  test.each([
    ['javascript:', 'javascript:alert(1)'],
    ['data:', 'data:text/html,<script>alert(1)</script>'],
    ['a javascript: hyperlink', hyperlink('javascript:alert(1)', 'Click here to sign in')],
  ])('%s', async (_, output) => {
    const { code, urls } = await meet(printing(output + ASK), { opening: 1_000 });
    expect(code).toMatch(/^(screen_unknown|link_not_shown|link_not_trusted)$/);
    expect(urls).toEqual([]);
  });
});

test('a link that changes with every frame: only one of the allow-list is ever relayed', async () => {
  const frame = (link: string) =>
    `printf '%s' '\x1b[2J\x1b[H${link}\r\n\r\n Paste code here if prompted > '; sleep 0.02`;
  const loop = `while :; do ${frame(GOOD)}; ${frame(EVIL)}; ${frame(SHORT_LINK)}; done`;
  await meet({ script: `#!/bin/sh\n${loop}\n` }, { opening: 1_000 });
});

/** Milliseconds in which a slow machine too gets a flood through. */
const PATIENT = { opening: 60_000, exchanging: 60_000 };

describe('a program that costs', () => {
  test.each([
    ['text', `exec yes '${EVIL}'`],
    ['an endless control string', `printf '\\033]8;;https://'; exec tr '\\0' 'a' </dev/zero`],
    ['clearings of the screen', "exec yes '\x1b[2J\x1b[H\x1b[9999S'"],
    // Slow to draw: its deadline may come first.
    ['hyperlinks', `exec yes '${hyperlink(GOOD, 'x')}'`],
  ])('endlessly %s is ended, and memory stays bounded', async (what, flood) => {
    const before = process.memoryUsage().rss;
    const { code, urls } = await meet(
      { script: `#!/bin/sh\n${flood}\n` },
      what === 'hyperlinks' ? { opening: 2_000 } : PATIENT,
    );
    expect(code).toMatch(
      what === 'hyperlinks' ? /^(box_flooded|link_not_shown|screen_unknown)$/ : /^box_flooded$/,
    );
    expect(urls).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  test('nothing and does not end when told to is killed: link_not_shown', async () => {
    const script = "#!/bin/sh\ntrap '' HUP TERM INT QUIT\nwhile :; do sleep 300; done\n";
    const { code } = await meet({ script }, { opening: 500 });
    expect(code).toBe('link_not_shown');
  });

  test('much once it has the code is ended: box_flooded', async () => {
    const { code, urls } = await meet(printing(GOOD + ASK, 'read -r x; exec yes no'), PATIENT);
    expect({ code, urls }).toEqual({ code: 'box_flooded', urls: [GOOD] });
  });
});

describe('a program that has the code', () => {
  test.each([
    [
      'shouts it back with its refusal',
      'anthropic_forbidden',
      'echo "OAuth error: status code 403 for $x"; echo "Press Enter to retry"',
    ],
    [
      'shows half a token',
      'token_incomplete',
      'printf "sk-ant-oat01-%s" abcdefghijklmnopqrstuvwxyz; sleep 300',
    ],
    ['ends', 'program_ended', 'exit 0'],
  ])('and %s: %s', async (_, expected, then) => {
    const { code } = await meet(printing(GOOD + ASK, `read -r x; ${then}; sleep 300`), { exchanging: 2_500 });
    expect(code).toBe(expected);
  });
});

const STEERS = [
  '\x1b]0;owned\x07',
  '\x1b]52;c;ZXZpbA==\x07',
  '\x1b[2J\x1b[31m\x1b[6n',
  '\x1bP1$r0m\x1b\\',
  '\x1b_evil\x1b\\',
  '\u009b31m',
  '\u202etxt.exe',
].join('');

describe('escape sequences meant for the operator’s terminal', () => {
  const claude = printing(`${STEERS}\nPlease choose your favourite colour:`, 'exit 1');

  test('do not reach errors: screen_unknown', async () => {
    expect((await meet(claude)).code).toBe('screen_unknown');
  });

  test.each([['--json'], []])('do not reach the command line’s output (%s)', async (...more) => {
    const box = await lab.box({}, { claude });
    const ran = more.includes('--json')
      ? await connect(box, () => undefined)
      : await keyferry([
          'connect',
          box.target,
          '--identity',
          box.identityFile,
          '--known-hosts',
          box.knownHostsFile,
        ]);
    expect(ran.exitCode).toBe(1);
    expect(ran.printed).toMatch(/favourite colour/);
    expect(ran.printed).not.toMatch(STEERING);
    expect(ran.printed).not.toMatch(/\\u001b|ZXZpbA/);
  });
});

describe('an openclaw that', () => {
  const status = (more: object) => JSON.stringify({ resolvedDefault: 'anthropic/claude-opus-5', ...more });
  const effectiveKind = (kind: string) =>
    status({ auth: { providers: [{ provider: 'anthropic', effective: { kind } }] } });
  /** The profile is the one that it was told, as with the real one. */
  const stored =
    'profile=anthropic:manual; for word; do [ "$before" = --profile-id ] && profile=$word; before=$word; done; echo "Auth profile: $profile (anthropic/token)"';
  /** Answers the paste as the real one does, and all else in its own way. */
  const openclaw = (other: string) => ({
    script: `#!/bin/sh\ncase "$*" in *paste-token*) printf 'Paste token for anthropic\\r\\n> '; read -r x; ${stored}; exit;; esac\n${other}\n`,
  });
  const token = `sk-ant-oat01-${'Zy9_w'.repeat(19)}`;
  const claude = printing(
    GOOD + ASK,
    `read -r x; printf '\\n\\n%s\\n\\nStore this token securely.\\n' ${token}; sleep 300`,
  );

  test.each([
    ['says nothing', 'exit 0', 'openclaw_failed'],
    ['speaks another JSON', 'echo \'{"auth": 7}\'', 'openclaw_failed'],
    [
      'steers terminals in its JSON',
      `cat <<'END'\n${effectiveKind(STEERS)}\nEND`,
      'credential_not_effective',
    ],
    ['prints the token', `echo 'no: ${token}' >&2; exit 3`, 'openclaw_failed'],
    ['prints on and on', 'exec yes', 'box_flooded'],
    ['prints on and on to stderr', 'exec yes >&2', 'box_flooded'],
    ['prints rows of one letter before it fails', 'yes a | head -c 500000; exit 1', 'openclaw_failed'],
  ])('%s ends as a row of the catalogue', async (_, other, expected) => {
    const { code, failed } = await meet(claude, { openclaw: openclaw(other) });
    if (code !== expected) throw failed;
    expect(leaks([token], { message: failed.message, screen: failed.error.screen ?? '' })).toEqual([]);
  });
});
