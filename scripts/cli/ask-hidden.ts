import password from '@inquirer/password';
import { KeyferryError } from '../../core/contract/errors.ts';

/** Asks a person for something that is not shown as it is typed. Throws `cancelled` on Ctrl-C. */
export async function askHidden(message: string, signal: AbortSignal): Promise<string> {
  try {
    return await password({ message, mask: '•', toggleMask: false }, { signal });
  } catch (thrown) {
    // Ctrl-C reaches the prompt before it reaches the process.
    if (thrown instanceof Error && thrown.name === 'ExitPromptError') throw new KeyferryError('cancelled');
    throw thrown;
  }
}
