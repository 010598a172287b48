import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { memoryAdapters } from './memory-adapter.ts';

/** What the provider says of somebody, by their subject. */
export type People = Record<string, Record<string, unknown>>;

/** A real OpenID Connect provider on this machine; whoever `next` names is signed in there already. */
export interface LabProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The subject of the next sign-in. */
  next: string;
  /** Walks a browser from the address of an authorization request to the one that it is sent back to. */
  walk(address: string): Promise<string>;
  stop(): Promise<void>;
}

/** Seconds that what it gives out is good for: longer than any test. */
const TTL_S = 3_600;

/** Hops before a walk counts as going in circles. */
const MOST_HOPS = 10;

export async function startIdentityProvider(callback: string, people: People): Promise<LabProvider> {
  const client = { clientId: 'keyferry', clientSecret: `client-secret-${'c'.repeat(40)}` };
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    adapter: memoryAdapters(),
    // Said one by one, or it prints a notice of each.
    ttl: { Interaction: TTL_S, Session: TTL_S, Grant: TTL_S, AccessToken: TTL_S, IdToken: TTL_S },
    clients: [{ client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: [callback] }],
    claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email'], groups: ['groups'] },
    cookies: { keys: ['cookies of the lab'] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'lab', use: 'sig', alg: 'RS256' }] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        clientId: `${oidc.client?.clientId}`,
        accountId: `${oidc.session?.accountId}`,
      });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  });
  const lab: LabProvider = { issuer, ...client, next: '', walk: (address) => walk(address, callback), stop };
  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    const login = { login: { accountId: lab.next } };
    void provider.interactionFinished(request, response, login);
  });

  async function stop() {
    server.closeAllConnections();
    await new Promise<void>((resolve) => (server as Server).close(() => resolve()));
  }
  return lab;
}

async function walk(from: string, callback: string): Promise<string> {
  const cookies = new Map<string, string>();
  let address = from;
  for (let hops = 0; hops < MOST_HOPS; hops += 1) {
    if (address.startsWith(callback)) return address;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(address, { redirect: 'manual', headers: { cookie } });
    for (const each of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      cookies.set(name, value);
    }
    const next = answer.headers.get('location');
    if (!next) throw new Error(`stopped at ${answer.status}: ${await answer.text()}`);
    address = new URL(next, address).href;
  }
  throw new Error('went in circles');
}
