import type { ShownBox } from '../../../core/contract/boxes.ts';
import { CATALOGUE, type ErrorCode, KeyferryError } from '../../../core/contract/errors.ts';
import type { HostKey } from '../../../core/secrets/host-keys.ts';
import type { RecordedBox } from '../../../core/store/boxes.ts';
import { fingerprintOf, isUnderWay } from './platform-boxes.ts';

/** A box as the platform sees it: nothing secret. Throws `box_kind_off` for one of a kind that only a newer version knows. */
export function shownBox(box: RecordedBox): ShownBox {
  const { customer, name, isDefault, reach, shownCredentials, pending, lastTest } = box;
  if (!reach) throw new KeyferryError('box_kind_off');
  return {
    customer,
    name,
    default: isDefault,
    reach,
    credentials: shownCredentials,
    ...(reach.kind === 'ssh' ? { hostKey: shownHostKey(box) } : {}),
    test: {
      ...(isUnderWay(pending.test) ? { pending: pending.test } : {}),
      ...(lastTest ? { last: lastTest } : {}),
    },
    createdAt: box.createdAt.toISOString(),
    updatedAt: box.updatedAt.toISOString(),
  };
}

function shownHostKey({ hostKeys, pending }: RecordedBox): NonNullable<ShownBox['hostKey']> {
  const { fetched, error } = hostKeys;
  const pinned = hostKeys.pinned.map(shownKey);
  if (isUnderWay(pending.hostKey)) return { state: 'fetching', pinned };
  // No worker has come to it in time.
  if (pending.hostKey) return { state: 'failed', pinned, error: 'look_late' };
  if (error !== undefined) return { state: 'failed', pinned, error: knownCode(error) };
  return fetched
    ? { state: 'to_confirm', pinned, fetched: fetched.map(shownKey) }
    : { state: 'pinned', pinned };
}

function shownKey(key: HostKey) {
  return { type: key.algorithm, fingerprint: fingerprintOf(key) };
}

/** A newer version may have written another. */
function knownCode(code: string): ErrorCode {
  return Object.hasOwn(CATALOGUE, code) ? (code as ErrorCode) : 'internal_error';
}
