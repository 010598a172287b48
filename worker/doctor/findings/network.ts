import { PROVIDERS } from '../../../core/contract/providers.ts';
import { compareVersions } from '../../../core/contract/versions.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import { finding } from './why.ts';

const HOSTS = new Map(Object.entries(PROVIDERS.anthropic.hosts));

/** Hosts that a handshake needs from the box. */
export const EGRESS_HOSTS: readonly string[] = [...HOSTS.keys()];

/** One finding per host. */
export function networkFindings(facts: Facts): Finding[] {
  return EGRESS_HOSTS.map((host) => hostFinding(host, facts));
}

/** The same where nobody signs in: only where turns go, and that may be another provider's host. */
export function keyNetworkFindings(facts: Facts): Finding[] {
  const hosts = EGRESS_HOSTS.filter((host) => HOSTS.get(host)?.from === 'turn');
  return hosts.map((host) => hostFinding(host, { ...facts, elsewhere: true }));
}

function hostFinding(host: string, facts: Facts): Finding {
  const id = `egress.${host}` as const;
  const why = (found: Finding) => ({ ...found, why: `${found.why} ${HOSTS.get(host)?.why}` });
  const way = wayTo(host, facts);
  const outcome = facts.egress.get(host);
  if (outcome === 'ok') return why(finding(id, 'ok', `${host} can be reached${way}.`));
  if (outcome === undefined)
    return why(
      finding(id, 'warning', `Whether ${host} can be reached${way} is not known.`, {
        fix: 'Install Node or curl on the box, then run the doctor again.',
      }),
    );
  const { words, fix } = explain(outcome);
  const seen = `${host} cannot be reached${way}: ${words}.`;
  const error = HOSTS.get(host)?.from === 'turn' ? 'turn_failed' : 'anthropic_unreachable';
  return why(finding(id, needed(host, facts) ? 'blocks' : 'warning', seen, { fix, error }));
}

function wayTo(host: string, { proxied, claudeProxied }: Facts): string {
  if (claudeProxied && HOSTS.get(host)?.from === 'sign-in') return " as Claude Code's settings lead";
  return proxied ? ' through the proxy in HTTPS_PROXY' : '';
}

function needed(host: string, { claude, elsewhere }: Facts): boolean {
  const version = claude?.version;
  const old = version !== undefined && compareVersions(version, '2.1.0') < 0;
  if (host === 'platform.claude.com') return !old;
  if (host === 'console.anthropic.com') return old;
  return HOSTS.get(host)?.from === 'turn' && !elsewhere;
}

/** An outcome of `reach.script.ts` in words. */
function explain(outcome: string): { words: string; fix: string } {
  const [stage, reason = ''] = outcome.split(' ');
  switch (stage) {
    case 'timeout':
      return {
        words: 'no answer in time',
        fix: 'Allow outgoing traffic on port 443 (in the firewalls of the box and of its network).',
      };
    case 'dns':
      return {
        words: `its name is not found (${reason})`,
        fix: 'Fix DNS on the box (/etc/resolv.conf).',
      };
    case 'proxy':
      return {
        words: `the proxy does not let it through (${reason})`,
        fix: 'Check HTTPS_PROXY and the rules of that proxy, or list the host in NO_PROXY.',
      };
    case 'tls':
      return {
        words: `its certificate or TLS is not right (${reason})`,
        fix: 'Check the clock, and whether something in between intercepts TLS; if so, set NODE_EXTRA_CA_CERTS to its CA.',
      };
    default:
      return {
        words: `the connection is refused or cut (${reason})`,
        fix: 'Allow outgoing traffic on port 443 (in the firewalls of the box and of its network).',
      };
  }
}
