import { type ErrorCode, KeyferryError, shortage } from '../../../core/contract/errors.ts';
import { awsFailure } from '../../aws/errors.ts';

/**
 * The catalogue's row for what the AWS client threw, after its own retries. `NotFoundException` is an instance that
 * is gone: `box_not_listed`.
 */
export function awsError(thrown: unknown, region: string): KeyferryError {
  if (thrown instanceof KeyferryError) return thrown;
  const short = shortage(thrown);
  if (short) return short;
  const { name, isDenied, said } = awsFailure(thrown);
  const row: ErrorCode = isDenied
    ? 'inventory_denied'
    : name === 'NotFoundException'
      ? 'box_not_listed'
      : 'inventory_unavailable';
  return new KeyferryError(row, { detail: `${region}: ${said}`, cause: thrown });
}
