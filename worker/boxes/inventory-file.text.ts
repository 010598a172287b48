import { dirname, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { customerSchema } from '../../core/customer.ts';
import { LocalTransport } from '../transports/local.ts';
import { OpensshTransport } from '../transports/openssh.ts';
import { parseSshAddress } from '../transports/ssh-target.ts';
import { Ssh2Transport } from '../transports/ssh2.ts';
import type { Transport } from '../transports/transport.ts';
import type { ListedBox } from './inventory.ts';

/** An inventory that cannot be used; `message` names the line and what is wrong there. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

const particulars = {
  model: z
    .string()
    .regex(/^anthropic\/claude-[a-z0-9.-]{1,60}$/, 'must be anthropic/claude-…')
    .optional(),
  agent: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be letters, digits, - and _')
    .optional(),
  columns: z.int().min(40).max(1_000).optional(),
};

const localSchema = z.strictObject({ local: z.literal(true), ...particulars });

const sshSchema = z.strictObject({
  ssh: z.string().transform((text, context) => {
    const parsed = parseSshAddress(text);
    if (!parsed) context.addIssue('must be ssh://user@host or ssh://user@host:port');
    return parsed ?? { host: '', user: '' };
  }),
  // Nothing is trusted on first use, so there is no box without it.
  knownHosts: z.string('must name a known_hosts file with the key of the box').min(1),
  identity: z.string().min(1).optional(),
  transport: z.enum(['ssh2', 'openssh']).default('ssh2'),
  ...particulars,
});

/**
 * The box of every customer. Throws `InventoryError`.
 *
 *     boxes:
 *       alice: { ssh: ssh://ubuntu@203.0.113.7:22, knownHosts: ./known_hosts, identity: ./id_ed25519 }
 *       bob: { local: true }
 *
 * Besides `transport` (ssh2, or openssh for the system's ssh) an entry may have `model`, `agent` and `columns`.
 * Paths count from the file; without an identity the SSH agent signs in.
 */
export function readInventory(text: string, file: string): Map<string, ListedBox> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) throw new InventoryError(`${place(file, lines, broken.pos[0])}: ${broken.message}`);
  const boxes = new Map<string, ListedBox>();
  for (const [customer, entry] of Object.entries(entriesOf(document, file))) {
    const wrong = (path: PropertyKey[], what: string) => {
      const where = place(file, lines, offsetOf(document, ['boxes', customer, ...path]));
      return new InventoryError(`${where}: ${[customer, ...path].join('.')} ${what}`);
    };
    const name = customerSchema.safeParse(customer);
    if (!name.success) throw wrong([], `is ${name.error.issues[0]?.message}`);
    const isLocal = typeof entry === 'object' && entry !== null && 'local' in entry;
    const read = (isLocal ? localSchema : sshSchema).safeParse(entry);
    if (read.success) boxes.set(customer, listed(read.data, dirname(resolve(file))));
    else {
      const [issue] = read.error.issues;
      throw wrong(issue?.path ?? [], `is not right: ${issue?.message}`);
    }
  }
  return boxes;
}

function entriesOf(document: Document, file: string): Record<string, unknown> {
  const whole = z.strictObject({ boxes: z.record(z.string(), z.unknown()).nullable() });
  const read = whole.safeParse(document.toJS());
  if (read.success) return read.data.boxes ?? {};
  throw new InventoryError(`${file}: must be one \`boxes:\` with an entry for every customer`);
}

function listed(box: z.infer<typeof localSchema> | z.infer<typeof sshSchema>, directory: string): ListedBox {
  const { model, agent, columns } = box;
  return { transport: transportTo(box, directory), model, agent, columns };
}

function transportTo(
  box: z.infer<typeof localSchema> | z.infer<typeof sshSchema>,
  directory: string,
): Transport {
  if ('local' in box) return new LocalTransport();
  const target = {
    ...box.ssh,
    knownHostsFile: resolve(directory, box.knownHosts),
    ...(box.identity === undefined ? {} : { identityFile: resolve(directory, box.identity) }),
  };
  return box.transport === 'openssh' ? new OpensshTransport(target) : new Ssh2Transport(target);
}

/** Where something stands in the text; what is not there stands where its nearest parent does. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function place(file: string, lines: LineCounter, offset: number): string {
  return `${file}, line ${lines.linePos(offset).line}`;
}
