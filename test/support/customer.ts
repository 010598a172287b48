import { Secret } from '../../core/secrets/secret.ts';
import type { HandshakeCustomer } from '../../worker/handshake/options.ts';
import type { Change } from '../../worker/handshake/progress.ts';

/** A customer who signs in with the link that they were told last, and what they heard. */
export function customerWho(
  signsIn: (link: string, until: AbortSignal) => Promise<string> | string,
): HandshakeCustomer & { changes: readonly Change[] } {
  const changes: Change[] = [];
  let link = '';
  return {
    changes,
    tell: (change) => {
      changes.push(change);
      link = change.url ?? link;
    },
    code: async (until) => new Secret(await signsIn(link, until)),
  };
}
