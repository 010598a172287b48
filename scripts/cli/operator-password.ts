import password from '@inquirer/password';
import { SHORTEST_PASSWORD } from '../../api/operators/passwords.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { Lines } from './lines.ts';

const TOO_SHORT = `A password has ${SHORTEST_PASSWORD} characters or more.`;

/** A password that is not one: `message` says why. */
export class PasswordError extends Error {
  override readonly name = 'PasswordError';
}

/** A new password: typed hidden, twice; where there is no terminal, a line of stdin. Throws `PasswordError`. */
export async function newPassword(signal: AbortSignal): Promise<Secret> {
  if (!process.stdin.isTTY) {
    const line = await lineOfInput(signal);
    if (!isLongEnough(line)) throw new PasswordError(TOO_SHORT);
    return new Secret(line);
  }
  const isLong = (text: string) => isLongEnough(text) || TOO_SHORT;
  const typed = await ask(`Password (${SHORTEST_PASSWORD} characters or more):`, isLong, signal);
  await ask('The same again:', (text) => text === typed || 'The two are not the same.', signal);
  return new Secret(typed);
}

async function lineOfInput(signal: AbortSignal): Promise<string> {
  try {
    return await new Lines(process.stdin).next(signal);
  } catch {
    throw new PasswordError('No password was given.');
  }
}

/** Asks until the answer will do: what somebody types next must not go to their shell. */
async function ask(
  message: string,
  validate: (text: string) => true | string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return await password({ message, mask: '•', toggleMask: false, validate }, { signal });
  } catch (thrown) {
    // Ctrl-C reaches the prompt before it reaches the process.
    if (thrown instanceof Error && thrown.name === 'ExitPromptError') throw new PasswordError('Cancelled.');
    throw thrown;
  }
}

const isLongEnough = (text: string) => [...text].length >= SHORTEST_PASSWORD;
