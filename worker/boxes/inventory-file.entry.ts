import { resolve } from 'node:path';
import { z } from 'zod';
import { particulars, commandWords as words } from '../../core/contract/boxes.ts';
import { CommandTransport } from '../transports/command.ts';
import { LocalTransport } from '../transports/local.ts';
import { OpensshTransport } from '../transports/openssh.ts';
import { parseSshAddress } from '../transports/ssh-target.ts';
import { Ssh2Transport } from '../transports/ssh2.ts';
import type { Transport } from '../transports/transport.ts';
import type { ListedBox } from './inventory.ts';
import { networkOf } from './network.ts';

/** One box in an inventory file: how to reach it, and its particulars (docs/inventory.md). */

/** ssh_config has no way to write the others. */
const path = z.string().regex(/^[^"\r\n\0]+$/, 'must be a path without quotes and line breaks');

/** If there is a ProxyJump, ssh passes it to a shell unchanged (OpenSSH 9.2). */
const configPath = z.string().regex(/^[\w./-]+$/, 'must be a path of letters, digits and . _ - /');

// Nothing is trusted on first use, so every box needs one.
const knownHosts = z.string('must name a known_hosts file with the key of the box').pipe(path);

const ADDRESS = 'must be ssh://user@host or ssh://user@host:port';
const address = z.string().transform((text, context) => {
  const parsed = parseSshAddress(text);
  if (!parsed) context.addIssue(ADDRESS);
  return parsed ?? { host: '', user: '' };
});

/** It is written into an ssh_config, where other characters could mean something else. */
const jumpAddress = address.refine(
  ({ host, user }) => /^[\w.:-]+$/.test(host) && /^[\w.-]+$/.test(user),
  ADDRESS,
);

const jumpSchema = z.union(
  [
    jumpAddress.transform((ssh) => ({ ssh, knownHosts: undefined, identity: undefined })),
    z.strictObject({ ssh: jumpAddress, knownHosts: path.optional(), identity: path.optional() }),
  ],
  'must be ssh://user@host, or have `ssh` and its own `knownHosts` and `identity`',
);

const localSchema = z.strictObject({ local: z.literal(true), ...particulars });
const commandSchema = z.strictObject({ command: words, terminal: words.optional(), ...particulars });
const sshSchema = z
  .strictObject({
    ssh: address,
    knownHosts,
    identity: path.optional(),
    certificate: path.optional(),
    jump: jumpSchema.optional(),
    config: configPath.optional(),
    transport: z.enum(['ssh2', 'openssh']).optional(),
    ...particulars,
  })
  .superRefine(({ transport, certificate, jump, config }, context) => {
    const wrong = (name: string, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (transport === 'ssh2' && (certificate || jump || config))
      wrong('transport', 'must be openssh if there is a certificate, a jump or a config');
    if (jump && config) wrong('jump', 'must be in the config, if there is one');
  });

type LocalEntry = z.infer<typeof localSchema>;
type CommandEntry = z.infer<typeof commandSchema>;
type SshEntry = z.infer<typeof sshSchema>;
export type Entry = LocalEntry | CommandEntry | SshEntry;

/** Checks one entry by the schema of its kind. */
export function readEntry(entry: unknown): z.ZodSafeParseResult<Entry> {
  const names = typeof entry === 'object' && entry !== null ? Object.keys(entry) : [];
  if (names.includes('local')) return localSchema.safeParse(entry);
  return names.includes('command') ? commandSchema.safeParse(entry) : sshSchema.safeParse(entry);
}

/** The box of an entry. Paths count from `directory`. */
export function listedBox(entry: Entry, directory: string): ListedBox {
  const { model, agent, columns } = entry;
  return {
    transport: transportTo(entry, directory),
    model,
    agent,
    columns,
    where: whereIs(entry),
    network: wayTo(entry),
  };
}

function whereIs(entry: Entry): string {
  if ('local' in entry) return 'this machine';
  if ('command' in entry) return entry.command.join(' ');
  const { user, host, port = 22 } = entry.ssh;
  return `${user}@${host}:${port}`;
}

function wayTo(entry: Entry): string | undefined {
  if (!('ssh' in entry)) return undefined;
  const { jump, config, ssh } = entry;
  return jump?.ssh.host ?? config ?? networkOf(ssh.host);
}

function transportTo(entry: Entry, directory: string): Transport {
  if ('local' in entry) return new LocalTransport();
  return 'command' in entry ? commandTransport(entry, directory) : sshTransport(entry, directory);
}

function commandTransport({ command, terminal = command }: CommandEntry, directory: string): Transport {
  const found = ([program, ...rest]: [string, ...string[]]): [string, ...string[]] => [
    /^\.\.?\//.test(program) ? resolve(directory, program) : program,
    ...rest,
  ];
  return new CommandTransport({ plain: found(command), terminal: found(terminal) });
}

function sshTransport(entry: SshEntry, directory: string): Transport {
  const { ssh, knownHosts, identity, certificate, jump, config, transport } = entry;
  const at = (file: string) => resolve(directory, file);
  const signIn = (file: string | undefined) => (file === undefined ? {} : { identityFile: at(file) });
  const target = { ...ssh, knownHostsFile: at(knownHosts), ...signIn(identity) };
  if (transport !== 'openssh' && !certificate && !jump && !config) return new Ssh2Transport(target);
  return new OpensshTransport({
    ...target,
    ...(certificate === undefined ? {} : { certificateFile: at(certificate) }),
    ...(config === undefined ? {} : { configFile: at(config) }),
    ...(jump && {
      jump: {
        ...jump.ssh,
        knownHostsFile: at(jump.knownHosts ?? knownHosts),
        ...signIn(jump.identity ?? identity),
      },
    }),
  });
}
