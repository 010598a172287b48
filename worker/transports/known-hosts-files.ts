import { readFile } from 'node:fs/promises';
import { look } from '../../core/process/file-identity.ts';
import { KnownHosts } from './known-hosts.ts';

/** Files that are remembered; one for each customer is as quick to read as to remember. */
const MOST_FILES = 100;

interface Kept {
  identity: string;
  hosts: Promise<KnownHosts>;
}

/** Files of known hosts, each read when it is first needed and again when it has changed. */
export class KnownHostsFiles {
  readonly #read: (file: string) => Promise<KnownHosts>;
  readonly #kept = new Map<string, Kept>();

  /** `read`: reads one; tests count. */
  constructor(read = async (file: string) => new KnownHosts(await readFile(file, 'utf8'))) {
    this.#read = read;
  }

  /** What a file says now. Rejects with what reading it rejects with. */
  async open(file: string): Promise<KnownHosts> {
    const { identity, isFresh } = await look(file);
    const kept = this.#kept.get(file);
    if (kept?.identity === identity) return kept.hosts;
    const hosts = this.#read(file);
    // One that was just written may be written again and look the same; one that cannot be read is tried again.
    if (isFresh) return hosts;
    this.#kept.delete(file);
    this.#kept.set(file, { identity, hosts });
    hosts.catch(() => {
      if (this.#kept.get(file)?.hosts === hosts) this.#kept.delete(file);
    });
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size > MOST_FILES) this.#kept.delete(oldest);
    return hosts;
  }
}
