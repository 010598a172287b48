import { GATEWAY_SOCKET, RUN_ON_GATEWAY } from './gateway-socket.script.ts';

/**
 * Has the gateway change the box's configuration, as its own pages do: `config.get` says which one it goes by, and
 * `config.patch` changes that and no other. Answers of 2026.9.6 once the gateway goes by it. Nothing of the configuration is
 * printed. It is left to OpenClaw's command (97) where the gateway
 *   – does not say which configuration it goes by: one of 2026.7.1 writes a note that its next start tells the customer's chat;
 *   – would restart for it (`gateway.reload.mode` `off` or `restart`);
 *   – goes by several files, by one that is not valid, or by another one.
 *
 * What `config.get` says is kept by the gateway until it has noticed that the file is another one: right after a token was
 * stored that is the one from before, the patch upon it is refused, and both are asked once more.
 *
 * The words: `gateway model`, then `try`, or `set` with the patch; milliseconds.
 */
const SET = `${GATEWAY_SOCKET}
const TRIES = 3;
const [, , verb, patch, timeoutMs] = words;
open(Number(timeoutMs), async ({ ask, change, goesBy, methods }) => {
  if (!methods.includes('config.get') || !methods.includes('config.patch')) return otherwise();
  for (let tries = 1; ; tries += 1) {
    const config = await ask('config.get', {});
    const { hash, resolved = {} } = config;
    const { mode = 'hybrid' } = (resolved.gateway || {}).reload || {};
    if (!goesBy(config) || !['hybrid', 'hot'].includes(mode)) return otherwise();
    if (verb === 'try') return { ok: true };
    try {
      await change('config.patch', { raw: patch, baseHash: hash });
      return { ok: true };
    } catch (error) {
      if (tries === TRIES || !String(error.message).includes('re-run config.get and retry')) throw error;
    }
  }
});
`;

/**
 * What the gateway goes by: the default model, the provider's stored profiles, whether it has a key beside them, and the
 * providers that models of the configuration's agents name. Asked for at most three seconds, until the profile is among them:
 * it is told of a new one, and takes it up. (2026.9.6)
 *
 * The words: `gateway model look`, the provider's id, the profile's, milliseconds.
 */
const LOOK = String.raw`${GATEWAY_SOCKET}
const [, , , provider, profile, timeoutMs] = words;
const named = (value, into = new Set()) => {
  if (typeof value === 'string') {
    const [, name] = /^([\w.-]+)\/[^\s\/]/.exec(value.slice(0, 500)) || [];
    if (name) into.add(name);
  } else if (value && typeof value === 'object')
    for (const [key, inner] of Object.entries(value)) {
      named(key, into);
      named(inner, into);
    }
  return into;
};
open(Number(timeoutMs), async ({ ask, goesBy, methods }) => {
  const needed = ['config.get', 'models.authStatus', 'sessions.list'];
  if (!needed.every((method) => methods.includes(method))) return otherwise();
  for (let looks = 1; ; looks += 1) {
    const [config, auth, sessions] = await Promise.all([
      ask('config.get', {}),
      ask('models.authStatus', {}),
      ask('sessions.list', { limit: 1 }),
    ]);
    const { configRevisionHash, appliedConfigHash } = config;
    const { profiles = [], apiKey } = (auth.providers || []).find((one) => one.provider === provider) || {};
    const { modelProvider, model } = sessions.defaults || {};
    const isTold = profiles.some(({ profileId }) => profileId === profile);
    if (!isTold && looks < 6) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      continue;
    }
    return {
      isApplied: goesBy(config) && appliedConfigHash === configRevisionHash,
      model: modelProvider + '/' + model,
      profiles: profiles.slice(0, 50).map(({ profileId, type, status }) => ({ profileId, type, status })),
      hasKey: apiKey !== undefined,
      named: [...named((config.resolved || {}).agents)].slice(0, 50),
    };
  }
});
`;

export const GATEWAY_MODEL = ['sh', '-c', RUN_ON_GATEWAY, SET] as const;
export const GATEWAY_LOOK = ['sh', '-c', RUN_ON_GATEWAY, LOOK] as const;
