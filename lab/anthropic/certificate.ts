import { generate } from 'selfsigned';

/** Hosts that the programs on a box talk to, all of which the stand-in plays. */
const ANTHROPIC_HOSTS = [
  'platform.claude.com',
  'console.anthropic.com',
  'api.anthropic.com',
  'claude.ai',
  'claude.com',
  // Telemetry and the like: led here too, so that nothing of a lab leaves the machine.
  '*.anthropic.com',
  '*.claude.com',
] as const;

/** A self-signed certificate for `ANTHROPIC_HOSTS`, good for a few days; a box trusts it through NODE_EXTRA_CA_CERTS. */
export async function makeCertificate(): Promise<{ key: string; cert: string }> {
  const made = await generate([{ name: 'commonName', value: 'Keyferry stand-in for Anthropic' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: ANTHROPIC_HOSTS.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return { key: made.private, cert: made.cert };
}
