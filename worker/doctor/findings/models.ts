import { PROVIDERS } from '../../../core/contract/providers.ts';
import { compareVersions } from '../../../core/contract/versions.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import type { StatusFact } from '../status.ts';
import { finding } from './why.ts';

/** 2026.4.15 lists its models itself; 2026.9.6 asks the gateway if the variable names its port. */
const ASKS_SINCE = '2026.5.0';

/**
 * Whether `openclaw models list --all` fails for lack of a gateway. A box whose default model is Anthropic's keeps
 * it, so nothing is listed then.
 */
export function modelsFindings(facts: Facts, status: StatusFact): Finding[] {
  const { openclaw, namedPort, gateway, gatewayLogin } = facts;
  if (!openclaw || !namedPort) return [];
  if (openclaw.version !== undefined && compareVersions(openclaw.version, ASKS_SINCE) < 0) return [];
  const isSilent = gateway?.port === namedPort.port && gateway.outcome !== 'ok';
  if (gatewayLogin && !isSilent) return [];
  const lacks = isSilent ? 'nothing answers there' : 'there is no token or password for it';
  const isListed =
    status.kind === 'read' &&
    !status.status.resolvedDefault.startsWith(`${PROVIDERS.anthropic.openclaw.id}/`);
  const seen = `OPENCLAW_GATEWAY_PORT is ${namedPort.port} in ${namedPort.where}, and ${lacks}.`;
  return [
    finding('models', isListed ? 'blocks' : 'warning', seen, {
      fix: 'Remove it there; to move the gateway, set `gateway.port` in ~/.openclaw/openclaw.json, which does not cause this.',
      error: 'openclaw_failed',
    }),
  ];
}
