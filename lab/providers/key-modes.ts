import { Behaviour } from '../anthropic/behaviour.ts';

/** What a provider's own API says instead of an answer, told apart as their documentation does. */
export type Refused =
  /** No such key, or no key at all. */
  | 'wrong'
  /** It was a key; it has been taken back, or its account has been closed. */
  | 'revoked'
  /** The account has no money or no paid plan. */
  | 'no-credit'
  /** A limit that its owner has set is used up: the key is good again later. */
  | 'budget'
  | 'region'
  /** A key of restricted rights, none of which is to ask a model. */
  | 'no-permission'
  | 'model-forbidden'
  | 'model-unknown'
  | 'rate-limited'
  /** Too busy, in the provider's own words (529 where it has one). */
  | 'overloaded'
  /** 503 from what stands before the provider, in HTML. */
  | 'unavailable'
  /** 500, in the provider's own words. */
  | 'broken';

export type KeyMode = 'good' | Refused | 'hang' | 'reset';

export const KEY_MODES: readonly KeyMode[] = [
  'good',
  'wrong',
  'revoked',
  'no-credit',
  'budget',
  'region',
  'no-permission',
  'model-forbidden',
  'model-unknown',
  'rate-limited',
  'overloaded',
  'unavailable',
  'broken',
  'hang',
  'reset',
];

/** How requests with one key are answered: `mode`, after what `next()` has queued; `hold()` keeps them waiting. */
export class ProviderKey extends Behaviour<KeyMode> {
  /** The key itself, as the customer has it. */
  readonly text: string;
  /** The models that it may use; undefined: every one. Others are answered as `model-forbidden`. */
  models: readonly string[] | undefined;

  constructor(text: string, mode: KeyMode) {
    super(mode);
    this.text = text;
  }

  /** The mode for a request that has just come, once it may be answered. */
  async answerTo(model: string): Promise<KeyMode> {
    const mode = this.take();
    await this.released(this.text);
    return mode === 'good' && model !== '' && this.models?.includes(model) === false
      ? 'model-forbidden'
      : mode;
  }
}
