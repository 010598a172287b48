import { rowOf } from '../../core/contract/providers.ts';
import type { System } from '../../lab/system.ts';
import { CUSTOMER, PLAYED } from './customers.ts';
import { KEY_OF, OFFERED, type OtherProviders } from './other-providers.ts';
import type { WebhookReceiver } from './webhooks.ts';

export interface CardFacts {
  system: System;
  others: OtherProviders;
  /** The real claude and openclaw are on the box. */
  real: boolean;
  /** The box is a folder: there is no sshd on this machine. */
  folder: boolean;
  /** The demo plays the customer. */
  auto: boolean;
  webhooks: WebhookReceiver;
}

/** What is real in the demo and what is not. */
export function card({ system, others, real, folder, auto, webhooks }: CardFacts): string {
  const here = ['Redis, PostgreSQL, api, worker, the page, the support console'];
  const simulated = [
    `Anthropic, at ${system.anthropic.baseUrl}: no account is needed or touched`,
    `${OTHERS}, at ${new URL(others.baseUrl(KEY_OF)).origin}: stand-ins that take no real key`,
  ];
  if (folder) simulated.push('the boxes: folders on this machine (install openssh-server for real ones)');
  else
    here.push(
      `five boxes: each an SSH server with its own user (${CUSTOMER}'s: ${system.box(CUSTOMER).user})`,
    );
  if (real) here.push('claude and openclaw on the boxes, from the npm registry');
  else simulated.push('claude and openclaw on the boxes');
  simulated.push(`the other customers: ${NAMES}. The demo plays them, and one fails`);
  if (auto) simulated.push('the customer: the demo signs in and sends the code itself');
  return `Keyferry demo: the whole system, on this machine only.

${list('real', here)}
${list('SIMULATED', simulated)}

  For "Other providers and API keys", OpenAI. Nobody gave this key out; only the stand-in takes it:

  ${others.key}
${auto ? '' : forPrograms(system)}
  The platform's webhooks go to ${webhooks.env.WEBHOOK_URL}, a receiver of the demo's: a line for each.
`;
}

/** A request to the platform's API that can be sent as it stands. */
function forPrograms({ platformAccess: { url, key } }: System): string {
  return `
  For your own programs, the platform's API with a key of this demo (docs/platform.md):

  curl -sS ${url}/api/v1/connect-links \\
    -H 'Authorization: Bearer ${key}' \\
    -H 'Content-Type: application/json' -d '{"customer": "${CUSTOMER}"}'
`;
}

const NAMES = PLAYED.map(({ customer }) => customer).join(', ');

const OTHERS = OFFERED.KEY_PROVIDERS.split(',')
  .map((id) => rowOf(id)?.name ?? id)
  .join(', ');

function list(label: string, lines: readonly string[]): string {
  return lines.map((line, at) => `  ${(at === 0 ? label : '').padEnd(12)}${line}`).join('\n');
}
