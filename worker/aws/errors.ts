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

/** What AWS's client threw, after its own retries. */
export interface AwsFailure {
  name: string;
  /** AWS refuses whoever asks: its credentials, or what they may do. */
  isDenied: boolean;
  /** Name and message, on one line. */
  said: string;
}

const MOST_SAID = 300;

export function awsFailure(thrown: unknown): AwsFailure {
  if (!(thrown instanceof Error))
    return { name: 'Error', isDenied: false, said: String(thrown).slice(0, MOST_SAID) };
  const { name, message } = thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  const said = [name === 'Error' ? code : name, message].filter(Boolean).join(': ').slice(0, MOST_SAID);
  return { name, isDenied: DENIED.has(name), said };
}
