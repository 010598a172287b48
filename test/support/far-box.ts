import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Sshd, startSshd } from '../../lab/sshd.ts';

/** A box that only a jump host can reach, each in a network namespace of its own. */
export interface FarBox {
  jump: Sshd;
  box: Sshd;
  stop(): Promise<void>;
}

const NAMESPACE = /^kf-(\d+)-(?:jump|box)\b/gm;

/**
 * Makes two network namespaces: this machine – jump – box. This machine has no way to the box's network. Throws
 * where namespaces may not be made.
 */
export async function startFarBox(directory: string): Promise<FarBox> {
  removeForgotten();
  const [jumpSpace, boxSpace] = [`kf-${process.pid}-jump`, `kf-${process.pid}-box`];
  // Networks for benchmarks (RFC 2544), which lead nowhere else.
  const [near, far] = [`198.18.${process.pid % 250}`, `198.19.${process.pid % 250}`];
  const blocked = `${far}.0/30`;
  const undo = () => {
    for (const name of [jumpSpace, boxSpace]) attempt('netns', 'del', name);
    attempt('route', 'del', 'unreachable', blocked);
  };
  try {
    ip('netns', 'add', jumpSpace);
    ip('netns', 'add', boxSpace);
    wire({ name: `kfa${process.pid}` }, { space: jumpSpace, name: 'near' }, near);
    wire({ space: jumpSpace, name: 'far' }, { space: boxSpace, name: 'near' }, far);
    // Without it, what is meant for the box would leave this machine by its usual way.
    ip('route', 'add', 'unreachable', blocked);
    const start = (name: string, space: string, address: string) => {
      mkdirSync(join(directory, `${name}-home`), { recursive: true });
      return startSshd({
        directory: join(directory, name),
        home: join(directory, `${name}-home`),
        address,
        within: ['ip', 'netns', 'exec', space],
        environment: { WHERE: name },
      });
    };
    const jump = await start('jump', jumpSpace, `${near}.2`);
    const box = await start('box', boxSpace, `${far}.2`);
    const stop = async () => {
      await box.stop();
      await jump.stop();
      undo();
    };
    return { jump, box, stop };
  } catch (cause) {
    undo();
    throw new Error(
      'This test needs network namespaces: run it as root, with `ip` (iproute2), where CAP_NET_ADMIN and CAP_SYS_ADMIN are given.',
      { cause },
    );
  }
}

interface End {
  /** The namespace; this machine's own without one. */
  space?: string;
  name: string;
}

/** A line between two ends, which get the addresses .1 and .2. */
function wire(one: End, other: End, network: string): void {
  const names = [`kfx${process.pid}`, `kfy${process.pid}`] as const;
  ip('link', 'add', names[0], 'type', 'veth', 'peer', 'name', names[1]);
  for (const [index, { space, name }] of [one, other].entries()) {
    const made = names[index] ?? '';
    if (space) ip('link', 'set', made, 'netns', space);
    const at = space ? ['-n', space] : [];
    ip(...at, 'link', 'set', made, 'name', name);
    ip(...at, 'address', 'add', `${network}.${index + 1}/30`, 'dev', name);
    ip(...at, 'link', 'set', name, 'up');
    if (space) ip(...at, 'link', 'set', 'lo', 'up');
  }
}

/** Those of tests that were killed and could not tidy up. */
function removeForgotten(): void {
  for (const [, pid] of attempt('netns', 'list').matchAll(NAMESPACE)) {
    try {
      process.kill(Number(pid), 0);
    } catch {
      for (const name of [`kf-${pid}-jump`, `kf-${pid}-box`]) attempt('netns', 'del', name);
      attempt('route', 'del', 'unreachable', `198.19.${Number(pid) % 250}.0/30`);
    }
  }
}

function ip(...words: string[]): string {
  return execFileSync('ip', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function attempt(...words: string[]): string {
  try {
    return ip(...words);
  } catch {
    return '';
  }
}
