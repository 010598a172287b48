import { readFile } from 'node:fs/promises';
import { identify } from '../../core/process/file-identity.ts';
import { KnownHosts } from './known-hosts.ts';

/** The most files that are remembered; one per customer is as quick to read as to remember. */
const MOST_FILES = 100;

interface CachedHosts {
  identity: string;
  hosts: Promise<KnownHosts>;
}

/** Files of known hosts, each read when it is first needed and again when it has changed. */
export class KnownHostsFiles {
  readonly #read: (file: string) => Promise<KnownHosts>;
  readonly #cached = new Map<string, CachedHosts>();

  /** `read`: reads one; tests count. */
  constructor(read = async (file: string) => new KnownHosts(await readFile(file, 'utf8'))) {
    this.#read = read;
  }

  /** What a file says now. Rejects with what reading it rejects with. */
  async open(file: string): Promise<KnownHosts> {
    const { identity, isFresh } = await identify(file);
    const cached = this.#cached.get(file);
    if (cached?.identity === identity) return cached.hosts;
    const hosts = this.#read(file);
    // A file that was just written may be written again and look the same; one that cannot be read is tried again.
    if (isFresh) return hosts;
    this.#cached.delete(file);
    this.#cached.set(file, { identity, hosts });
    hosts.catch(() => {
      if (this.#cached.get(file)?.hosts === hosts) this.#cached.delete(file);
    });
    const [oldest] = this.#cached.keys();
    if (oldest !== undefined && this.#cached.size > MOST_FILES) this.#cached.delete(oldest);
    return hosts;
  }
}
