import password from '@inquirer/password';
import { SHORTEST_PASSWORD } from '../../api/operators/passwords.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { Lines } from './lines.ts';

const TOO_SHORT = `A password needs at least ${SHORTEST_PASSWORD} characters.`;

/** A password that cannot be used: `message` says why. */
export class PasswordError extends Error {
  override readonly name = 'PasswordError';
}

/** A new password: typed twice, hidden; without a terminal, a line of stdin. Throws `PasswordError`. */
export async function newPassword(signal: AbortSignal): Promise<Secret> {
  if (!process.stdin.isTTY) {
    const line = await lineOfInput(signal);
    if (!isLongEnough(line)) throw new PasswordError(TOO_SHORT);
    return new Secret(line);
  }
  const isLong = (text: string) => isLongEnough(text) || TOO_SHORT;
  const typed = await ask(`Password (at least ${SHORTEST_PASSWORD} characters):`, isLong, signal);
  await ask('Repeat the password:', (text) => text === typed || 'The two passwords do not match.', signal);
  return new Secret(typed);
}

async function lineOfInput(signal: AbortSignal): Promise<string> {
  try {
    return await new Lines(process.stdin).next(signal);
  } catch {
    throw new PasswordError('No password was given.');
  }
}

/** Asks until the answer is valid, so that what the person types next does not go to their shell. */
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
