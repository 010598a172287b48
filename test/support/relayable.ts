/**
 * A second opinion, written from what was seen and not from the code: the whole link spelled out as one
 * pattern, nothing parsed.
 */
export const RELAYABLE = new RegExp(
  `^https://(?:${[
    'claude\\.ai/oauth/authorize\\?I[\\w-]{43}',
    `claude\\.(?:ai|com/cai)/oauth/authorize\\?${[
      'code=true',
      'client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e',
      'response_type=code',
      'redirect_uri=https%3A%2F%2F(?:console\\.anthropic|platform\\.claude)\\.com%2Foauth%2Fcode%2Fcallback',
      'scope=user%3Ainference',
      'code_challenge=[\\w-]{43}',
      'code_challenge_method=S256',
      'state=[\\w-]{43}',
    ].join('&')}`,
  ].join('|')})$`,
);
