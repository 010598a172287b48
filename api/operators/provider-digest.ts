import type { Config } from '../../core/process/config.ts';
import { digest } from '../http/tokens.ts';

/** The configuration of an identity provider, and who has which role there. */
export type ProviderConfig = Pick<
  Config<'api'>,
  'OIDC_ISSUER' | 'OIDC_CLIENT_ID' | 'OIDC_CLIENT_SECRET' | 'OIDC_ROLES'
>;

/** Digest of what lets somebody in through the identity provider: any change of it ends their sessions. Undefined without a provider. */
export function providerDigest(config: ProviderConfig): string | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET: secret, OIDC_ROLES: roles } = config;
  if (!issuer || !id || !secret || !roles) return undefined;
  return digest(JSON.stringify([issuer, id, secret.reveal(), ...roles]));
}
