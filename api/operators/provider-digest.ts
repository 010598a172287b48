import type { Config } from '../../core/process/config.ts';
import { digest } from '../http/tokens.ts';

/** What an identity provider is configured by, and who has which role there. */
export type ProviderConfig = Pick<
  Config<'api'>,
  'OIDC_ISSUER' | 'OIDC_CLIENT_ID' | 'OIDC_CLIENT_SECRET' | 'OIDC_ROLES'
>;

/** Of what lets somebody in by the identity provider: whatever of it changes ends their sessions. Undefined without one. */
export function providerDigest(config: ProviderConfig): string | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET: secret, OIDC_ROLES: roles } = config;
  if (!issuer || !id || !secret || !roles) return undefined;
  return digest(JSON.stringify([issuer, id, secret.reveal(), ...roles]));
}
