import { type ErrorCode, KeyferryError, shortage } from '../../../core/contract/errors.ts';

/** AWS's names for errors about the caller; trying again with the same credentials does not help. */
const DENIED = new Set([
  'AccessDeniedException',
  'UnauthenticatedException',
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'MissingAuthenticationTokenException',
  'OptInRequired',
  // From the SDK itself: no credentials anywhere, or an expired single sign-on.
  'CredentialsProviderError',
  'TokenProviderError',
]);

/**
 * The catalogue's row for what the AWS client threw, after its own retries. `NotFoundException` is an instance that
 * is gone: `box_not_listed`.
 */
export function awsError(thrown: unknown, region: string): KeyferryError {
  if (thrown instanceof KeyferryError) return thrown;
  const short = shortage(thrown);
  if (short) return short;
  const { name, message, code } = seen(thrown);
  const row: ErrorCode = DENIED.has(name)
    ? 'inventory_denied'
    : name === 'NotFoundException'
      ? 'box_not_listed'
      : 'inventory_unavailable';
  const said = [name === 'Error' ? code : name, message].filter(Boolean).join(': ');
  return new KeyferryError(row, { detail: `${region}: ${said.slice(0, 300)}`, cause: thrown });
}

function seen(thrown: unknown): { name: string; message: string; code: string | undefined } {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown), code: undefined };
  const { code } = thrown as NodeJS.ErrnoException;
  return { name: thrown.name, message: thrown.message, code };
}
