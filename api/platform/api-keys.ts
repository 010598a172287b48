import type { Config } from '../../core/process/config.ts';
import { Secret } from '../../core/secrets/secret.ts';

/** The keys of the platform's servers. */
export class ApiKeys {
  readonly #keys: Config<'api'>['API_KEYS'];

  constructor(keys: Config<'api'>['API_KEYS']) {
    this.#keys = keys;
  }

  /** The name of the key in an Authorization header; undefined if it holds none of ours. */
  nameOf(authorization: string | undefined): string | undefined {
    const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
    const shown = new Secret(given);
    // All are compared, so that timing does not reveal which one was nearly right.
    return this.#keys.filter(({ key }) => key.equals(shown)).at(0)?.id;
  }
}
