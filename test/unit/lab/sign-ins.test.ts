import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readAuthorizeUrl, SignIns } from '../../../lab/anthropic/sign-ins.ts';

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

const shortLink = new URL(`https://claude.ai/oauth/authorize?I${challenge}`);

function fullLink(changes: Record<string, string> = {}): URL {
  const url = new URL('https://claude.com/cai/oauth/authorize');
  const parameters = {
    code: 'true',
    client_id: '11111111-1111-4111-8111-111111111111',
    response_type: 'code',
    redirect_uri: 'https://platform.claude.com/oauth/code/callback',
    scope: 'user:inference',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    state: 'the-state',
    ...changes,
  };
  url.search = new URLSearchParams(parameters).toString();
  return url;
}

const exchangeOf = (code: string, state: string, code_verifier = verifier) => ({
  grant_type: 'authorization_code',
  code,
  state,
  code_verifier,
});

describe('reading a sign-in link', () => {
  test('the full form gives challenge and state', () => {
    expect(readAuthorizeUrl(fullLink())).toEqual({ challenge, state: 'the-state' });
  });

  test('the short form gives the challenge and no state', () => {
    expect(readAuthorizeUrl(shortLink)).toEqual({ challenge, state: undefined });
  });

  test.each([
    ['a challenge cut short', fullLink({ code_challenge: challenge.slice(0, 42) })],
    ['a scope cut at the edge of a terminal', fullLink({ scope: 'us' })],
    ['no state', fullLink({ state: '' })],
    ['a plain challenge', fullLink({ code_challenge_method: 'plain' })],
    ['a short form cut short', new URL(`https://claude.ai/oauth/authorize?I${challenge.slice(0, 42)}`)],
    ['a short form with one character too many', new URL(`${shortLink}a`)],
    ['nothing at all', new URL('https://claude.ai/oauth/authorize')],
  ])('%s is not a link', (_what, url) => {
    expect(readAuthorizeUrl(url)).toBeUndefined();
    expect(() => new SignIns().signIn(url)).toThrow(/form of sign-in link/);
  });
});

describe('a sign-in', () => {
  test('by the full link gives back its state, and a token of 108 characters for the right verifier', () => {
    const signIns = new SignIns();
    const { code, state } = signIns.signIn(fullLink());
    expect(state).toBe('the-state');
    const exchange = signIns.exchange(exchangeOf(code, state));
    expect(exchange).toEqual({ ok: true, token: expect.stringMatching(/^sk-ant-oat01-[\w-]{95}$/) });
    expect(signIns.minted).toHaveLength(1);
  });

  test('by the short link accepts any state that the program posts', () => {
    const signIns = new SignIns();
    const { code } = signIns.signIn(shortLink);
    expect(signIns.exchange(exchangeOf(code, 'the program’s own')).ok).toBe(true);
  });

  test('gives a code that works once', () => {
    const signIns = new SignIns();
    const { code, state } = signIns.signIn(fullLink());
    signIns.exchange(exchangeOf(code, state));
    expect(signIns.exchange(exchangeOf(code, state))).toEqual({ ok: false, reason: 'unknown or used code' });
    expect(signIns.minted).toHaveLength(1);
  });

  test('gives a code that a wrong verifier uses up', () => {
    const signIns = new SignIns();
    const { code, state } = signIns.signIn(fullLink());
    expect(signIns.exchange(exchangeOf(code, state, 'another')).ok).toBe(false);
    expect(signIns.exchange(exchangeOf(code, state)).ok).toBe(false);
    expect(signIns.minted).toEqual([]);
  });

  test('by the full link requires its state back', () => {
    const signIns = new SignIns();
    const { code } = signIns.signIn(fullLink());
    expect(signIns.exchange(exchangeOf(code, 'another'))).toEqual({
      ok: false,
      reason: 'state does not match',
    });
  });

  test('gives a code of one link that does nothing for another', () => {
    const signIns = new SignIns();
    const { code } = signIns.signIn(fullLink({ code_challenge: 'b'.repeat(43) }));
    expect(signIns.exchange(exchangeOf(code, 'the-state')).ok).toBe(false);
  });

  test('remembers all that must not be found anywhere', () => {
    const signIns = new SignIns();
    const { code, state } = signIns.signIn(fullLink());
    signIns.exchange(exchangeOf(code, state));
    expect([signIns.codes, signIns.verifiers]).toEqual([[code], [verifier]]);
  });
});
