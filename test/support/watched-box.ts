import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST } from '../../core/contract/providers.ts';
import type { Box } from '../../lab/box.ts';
import type { Lab } from '../../lab/lab.ts';
import { lookAtBox } from '../../worker/fleet/look.ts';
import type { AgentsKnown } from '../../worker/fleet/other-agents.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { customerWho } from './customer.ts';

const MINUTE = 60_000;
const { signal } = new AbortController();

type Configuration = { agents: { defaults: object } } & Record<string, unknown>;

/** A box of real programs after a whole handshake, at which looks are made. */
export class WatchedBox {
  readonly box: Box;
  readonly transport: Ssh2Transport;
  /** What the record would have of the connection. */
  readonly record;
  /** OpenClaw's state directory. */
  readonly state: string;
  readonly #kept: string;

  private constructor(
    box: Box,
    transport: Ssh2Transport,
    { profile, model, hint }: { profile: string; model: string; hint: string | null },
  ) {
    const id = '11111111-1111-4111-8111-111111111111';
    const connectedAt = new Date().toISOString();
    this.box = box;
    this.transport = transport;
    this.record = { ...FIRST, id, profile, hint, model, position: 0, connectedAt, endpoint: undefined };
    this.state = join(box.home, '.openclaw');
    this.#kept = join(box.home, '..', 'kept');
  }

  static async connect(lab: Lab, openclaw: string): Promise<WatchedBox> {
    const box = await lab.freshBox({ claude: '2.1.332', openclaw });
    const { host, port, user, identityFile, knownHostsFile } = box;
    const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
    const customer = customerWho((link) => lab.anthropic.signIn(link));
    const { profile, model } = await handshake(transport, customer, { signal });
    const hint = lab.anthropic.minted.at(-1)?.slice(-4) ?? null;
    return new WatchedBox(box, transport, { profile, model, hint });
  }

  /** `hadGateway`: a gateway answered when it was last seen to work. */
  async look(hadGateway = false) {
    const { seen } = await lookAtBox(this.transport, [this.record], { signal, hadGateway });
    return seen.get(this.record.id);
  }

  /** A look that asks about another agent, too; and what it leaves for the next one. */
  async lookToo(agents: AgentsKnown) {
    const { id } = this.record;
    const { seen, states } = await lookAtBox(this.transport, [this.record], { signal, agents });
    return { seen: seen.get(id), known: { [id]: states.get(id)?.agents ?? [] } };
  }

  /** Runs the box's `openclaw`; throws what it printed where it failed. */
  async openclaw(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.box.run(['openclaw', ...words], { timeoutMs: 5 * MINUTE });
    if (code !== 0) throw new Error(`openclaw ${words.join(' ')}: ${stdout}\n${stderr}`);
    return stdout;
  }

  configure(change: (config: Configuration) => void): void {
    const file = join(this.state, 'openclaw.json');
    const config = JSON.parse(readFileSync(file, 'utf8'));
    change(config);
    writeFileSync(file, JSON.stringify(config, null, 2));
  }

  /** Keeps all that is in the box's home, for `restore`. */
  keep(): void {
    execFileSync('cp', ['-a', this.box.home, this.#kept]);
  }

  /** The box's home is as it was kept. */
  restore(): void {
    const { home } = this.box;
    for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true });
    execFileSync('cp', ['-a', `${this.#kept}/.`, home]);
  }
}
