import type { Config } from '../../core/process/config.ts';
import { isSame } from '../http/tokens.ts';

/** The keys of the platform's servers. */
export class ApiKeys {
  readonly #keys: Config<'api'>['API_KEYS'];

  constructor(keys: Config<'api'>['API_KEYS']) {
    this.#keys = keys;
  }

  /** The name of the key that an Authorization header holds; undefined when it holds none of ours. */
  nameOf(authorization: string | undefined): string | undefined {
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
    // All are compared, so that the time does not tell which one was nearly right.
    return this.#keys.filter(({ key }) => isSame(given, key.reveal())).at(0)?.id;
  }
}
