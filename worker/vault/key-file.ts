import { randomBytes } from 'node:crypto';
import { KeyferryError } from '../../core/contract/errors.ts';
import { SealedBox, type SealingKey } from '../../core/secrets/sealed.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { WrappedKey } from '../../core/store/vault.ts';
import { bindingOf, type SealedFor, type WrappingKeys } from './data-keys.ts';

const PREFIX = 'file:';

/** Wraps data keys with keys of the worker's own configuration: the first wraps, all of them unwrap. */
export class KeyFile implements WrappingKeys {
  readonly current: string;
  readonly #ids: ReadonlySet<string>;
  readonly #sealed: SealedBox;

  constructor(keys: readonly [SealingKey, ...SealingKey[]]) {
    this.current = `${PREFIX}${keys[0].id}`;
    this.#ids = new Set(keys.map(({ id }) => `${PREFIX}${id}`));
    this.#sealed = new SealedBox(keys);
  }

  has(by: string): boolean {
    return this.#ids.has(by);
  }

  async make(what: SealedFor): Promise<{ key: Uint8Array; wrapped: WrappedKey }> {
    const key = new Uint8Array(randomBytes(32));
    return { key, wrapped: await this.wrap(key, what) };
  }

  async wrap(key: Uint8Array, what: SealedFor): Promise<WrappedKey> {
    const text = new Secret(Buffer.from(key).toString('base64'));
    return { by: this.current, text: await this.#sealed.seal(text, bindingOf('key', what)) };
  }

  async unwrap({ text }: WrappedKey, what: SealedFor): Promise<Uint8Array> {
    try {
      const opened = await this.#sealed.open(text, bindingOf('key', what));
      return new Uint8Array(Buffer.from(opened.reveal(), 'base64'));
    } catch (cause) {
      const detail = cause instanceof KeyferryError ? cause.detail : undefined;
      throw new KeyferryError('vault_unreadable', { ...(detail === undefined ? {} : { detail }), cause });
    }
  }

  async rewrap(wrapped: WrappedKey, what: SealedFor): Promise<WrappedKey> {
    return this.wrap(await this.unwrap(wrapped, what), what);
  }

  close(): void {}
}
