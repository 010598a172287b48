import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SOMEBODY_ELSE } from '../../../lab/anthropic/accounts.ts';
import { readAuthorizeUrl } from '../../../lab/anthropic/authorize-url.ts';
import { SignIns } from '../../../lab/anthropic/sign-ins.ts';

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
    expect(readAuthorizeUrl(fullLink())).toEqual({
      challenge,
      state: 'the-state',
      scopes: ['user:inference'],
    });
  });

  test('the short form gives the challenge and no state', () => {
    expect(readAuthorizeUrl(shortLink)).toEqual({
      challenge,
      state: undefined,
      scopes: ['user:inference'],
    });
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
    expect(exchange).toMatchObject({
      ok: true,
      token: expect.stringMatching(/^sk-ant-oat01-[\w-]{95}$/),
      refreshToken: undefined,
    });
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

describe('a sign-in of claude auth login', () => {
  const login = new URL(`https://claude.ai/oauth/authorize?z-${challenge}`);

  test('gives a token for a few hours, and one to renew it with, which are all secrets', () => {
    const signIns = new SignIns();
    const { code } = signIns.signIn(login, SOMEBODY_ELSE);
    const exchange = signIns.exchange(exchangeOf(code, 'the program’s own'));
    const refresh_token = (exchange.ok && exchange.refreshToken) || '';
    expect(refresh_token).toMatch(/^sk-ant-ort01-[\w-]{95}$/);
    const renewed = signIns.exchange({ grant_type: 'refresh_token', refresh_token });
    expect(renewed).toMatchObject({ ok: true, account: SOMEBODY_ELSE });
    expect([signIns.minted.length, signIns.refreshTokens.length]).toEqual([2, 2]);
  });

  test('renews once with each, and not after it was revoked', () => {
    const signIns = new SignIns();
    const { code } = signIns.signIn(login);
    const first = signIns.exchange(exchangeOf(code, 'x'));
    const renew = (refresh_token = '') => signIns.exchange({ grant_type: 'refresh_token', refresh_token });
    const second = renew((first.ok && first.refreshToken) || '');
    expect([second.ok, renew((first.ok && first.refreshToken) || '').ok]).toEqual([true, false]);
    const grant = second.ok ? second : undefined;
    expect(signIns.grantOf(grant?.token ?? '')).toBeDefined();
    signIns.revoke(grant?.refreshToken ?? '');
    expect(signIns.grantOf(grant?.token ?? '')).toBeUndefined();
    expect(renew(grant?.refreshToken).ok).toBe(false);
  });
});
