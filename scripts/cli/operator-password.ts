import password from '@inquirer/password';
import { SHORTEST_PASSWORD } from '../../api/operators/passwords.ts';
import { Secret } from '../../core/secret.ts';
import { Lines } from './lines.ts';

/** A password that is not one: `message` says why. */
export class PasswordError extends Error {
  override readonly name = 'PasswordError';
}

/** A new password: typed hidden, twice; where there is no terminal, a line of stdin. Throws `PasswordError`. */
export async function newPassword(signal: AbortSignal): Promise<Secret> {
  if (!process.stdin.isTTY) return checked(await lineOfInput(signal));
  const typed = checked(await ask(`Password (${SHORTEST_PASSWORD} characters or more):`, signal));
  const again = await ask('The same again:', signal);
  if (typed.reveal() !== again) throw new PasswordError('The two are not the same.');
  return typed;
}

async function lineOfInput(signal: AbortSignal): Promise<string> {
  try {
    return await new Lines(process.stdin).next(signal);
  } catch {
    throw new PasswordError('No password was given.');
  }
}

async function ask(message: string, signal: AbortSignal): Promise<string> {
  try {
    return await password({ message, mask: '•', toggleMask: false }, { signal });
  } catch (thrown) {
    // Ctrl-C reaches the prompt before it reaches the process.
    if (thrown instanceof Error && thrown.name === 'ExitPromptError') throw new PasswordError('Cancelled.');
    throw thrown;
  }
}

function checked(text: string): Secret {
  if ([...text].length < SHORTEST_PASSWORD)
    throw new PasswordError(`A password has ${SHORTEST_PASSWORD} characters or more.`);
  return new Secret(text);
}
