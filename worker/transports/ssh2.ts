import ssh2, {
  type AuthenticationType,
  type AuthHandlerMiddleware,
  type ConnectConfig,
  type ServerHostKeyAlgorithm,
} from 'ssh2';
import { KeyferryError } from '../../core/contract/errors.ts';
import { fingerprint } from '../../core/secrets/host-keys.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { type BoxAddress, socketTo } from './box-socket.ts';
import { type Opened, withinLimits } from './deadline.ts';
import { judgeHostKey, type KnownKeys, orderByPinned } from './known-hosts.ts';
import { connectError } from './ssh-errors.ts';
import { KEEPALIVE, pinnedKeys, type SshTarget, usableIdentity } from './ssh-target.ts';
import { Ssh2Connection } from './ssh2-connection.ts';
import type { BoxConnection, CallLimits, Transport } from './transport.ts';

export interface Ssh2Options extends SshTarget, Pick<BoxAddress, 'mayReach' | 'names'> {
  /** The private key itself, instead of `identityFile`. */
  privateKey?: Secret;
}

const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** Ways to sign in, one after the other. `wantsMore` is called if the box accepted one and asks for another as well. */
function inOrder(ways: readonly AuthenticationType[], wantsMore: () => void): AuthHandlerMiddleware {
  const left = [...ways];
  // ssh2 takes a returned name too, and `false` for the end; its types know only the callback.
  const next = (_: unknown, isPartial: boolean | null) => {
    if (isPartial) wantsMore();
    return left.shift() ?? false;
  };
  return next as unknown as AuthHandlerMiddleware;
}

/** SSH spoken by this process (the ssh2 package): the lightest, but without certificates or ssh_config. */
export class Ssh2Transport implements Transport {
  readonly kind = 'ssh2';
  readonly #options: Ssh2Options;

  constructor(options: Ssh2Options) {
    this.#options = options;
  }

  /**
   * Throws `host_key_unknown`, `host_key_mismatch`, `identity_unusable`, `ssh_auth_failed`, `second_factor_wanted`, `box_unreachable`
   * (refused, no such name, no answer within the limits), `box_address_refused`.
   */
  connect(limits: CallLimits): Promise<BoxConnection> {
    const { host, port = 22 } = this.#options;
    const late = () =>
      new KeyferryError('box_unreachable', {
        detail: `${host}:${port} did not answer in ${limits.timeoutMs} ms.`,
      });
    return withinLimits(limits, late, async (opened) => {
      const known = await pinnedKeys(this.#options);
      const signIn = await this.#signIn();
      return this.#open(known, signIn, opened);
    });
  }

  async #signIn(): Promise<Partial<ConnectConfig>> {
    const { identityFile, privateKey, agentSocket } = this.#options;
    const key =
      privateKey !== undefined
        ? { text: privateKey.reveal() }
        : identityFile !== undefined && { file: identityFile };
    const agent = agentSocket ?? (key ? undefined : process.env.SSH_AUTH_SOCK);
    if (!key && !agent)
      throw new KeyferryError('ssh_auth_failed', {
        detail: 'There is neither a key nor an SSH agent to sign in with.',
      });
    return {
      ...(key ? { privateKey: await usableIdentity(key) } : {}),
      ...(agent ? { agent } : {}),
      // Given so that no round trip is wasted on `none`.
      authHandler: [...(key ? (['publickey'] as const) : []), ...(agent ? (['agent'] as const) : [])],
    };
  }

  #open(known: KnownKeys, signIn: Partial<ConnectConfig>, opened: Opened): Promise<BoxConnection> {
    const { host, port = 22, user, keepalive = KEEPALIVE } = this.#options;
    const client = new ssh2.Client();
    const calledOff = new AbortController();
    const socket = socketTo(this.#options, calledOff.signal);
    opened.add(() => {
      calledOff.abort();
      client.destroy();
      socket.destroy();
    });
    return new Promise((resolve, reject) => {
      let refused: KeyferryError | undefined;
      const wantsMore = () => {
        refused = new KeyferryError('second_factor_wanted');
      };
      client.on('error', (error: Error & { level?: string }) => {
        // An agent that fails is followed by the next way to sign in, or by the error that none is left.
        if (error.level !== 'agent') reject(refused ?? connectError(error));
      });
      client.once('close', () =>
        reject(
          refused ??
            new KeyferryError('box_unreachable', { detail: 'The box hung up before the sign-in was done.' }),
        ),
      );
      client.once('ready', () => resolve(new Ssh2Connection(client, socket)));
      client.connect({
        ...signIn,
        // ssh2 cannot be given a `lookup`, but a socket.
        sock: socket,
        authHandler: inOrder(signIn.authHandler as AuthenticationType[], wantsMore),
        host,
        port,
        username: user,
        // The call's own deadline is the only one.
        readyTimeout: 0,
        // Each its own, or those of a crowd that was taken at once come all together.
        keepaliveInterval: Math.round(keepalive.intervalMs * (0.8 + 0.2 * Math.random())),
        keepaliveCountMax: keepalive.misses,
        algorithms: { serverHostKey: orderByPinned(HOST_KEY_ALGORITHMS, known.pinned) },
        hostVerifier: (shown: Buffer) => {
          const verdict = judgeHostKey(known, shown);
          const revoked = verdict === 'revoked' ? ', which is revoked' : '';
          if (verdict !== 'ok')
            refused = new KeyferryError('host_key_mismatch', {
              detail: `It showed ${fingerprint(shown)}${revoked}.`,
            });
          return verdict === 'ok';
        },
      });
    });
  }
}
