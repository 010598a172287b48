import type { ErrorCode } from '../../core/contract/errors.ts';
import { LANGUAGES, type WordKey } from './words.ts';

type Todo = 'connect' | 'key' | 'provider' | 'support' | 'wait' | 'model' | 'endpoint' | 'page';

/** What a customer does about what looks and turns can find wrong with a connection. */
const TODOS: Readonly<Partial<Record<ErrorCode, Todo>>> = {
  credential_missing: 'connect',
  credential_replaced: 'connect',
  other_credential_first: 'support',
  credential_overridden: 'support',
  credential_in_cooldown: 'wait',
  key_no_credit: 'provider',
  key_rejected: 'key',
  key_revoked: 'key',
  key_no_access: 'provider',
  model_moved: 'model',
  gateway_down: 'support',
  gateway_refuses: 'support',
  gateway_other_store: 'support',
  gateway_elsewhere: 'support',
  store_unreadable: 'support',
  openclaw_config_invalid: 'support',
  openclaw_update_unfinished: 'support',
  openclaw_missing: 'support',
  clock_wrong: 'support',
  claude_logged_out: 'connect',
  endpoint_not_api: 'endpoint',
  endpoint_no_model: 'endpoint',
};

/** Why a connection does not work and what to do, as messages; a general sentence for a code that has none of its own. */
export function reasonOf(code: string | undefined): { why: WordKey; todo: WordKey; connects: boolean } {
  const todo = (code !== undefined && Object.hasOwn(TODOS, code) && TODOS[code as ErrorCode]) || undefined;
  const why = `reason.${code}`;
  return {
    why: todo && isKey(why) ? why : 'reason.other',
    todo: `todo.${todo ?? 'page'}`,
    connects: todo === 'connect' || todo === 'key',
  };
}

function isKey(key: string): key is WordKey {
  return Object.hasOwn(LANGUAGES.en, key);
}
