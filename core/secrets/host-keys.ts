import { createHash } from 'node:crypto';

/** A host's public key as known_hosts and Lightsail's `hostKeys[]` write it. */
export interface HostKey {
  /** The key's type, such as `ssh-ed25519`. */
  algorithm: string;
  /** The key blob, base64. */
  publicKey: string;
}

/** True for a key that is what it claims, and safe to write into a known_hosts file. */
export function isHostKey({ algorithm, publicKey }: HostKey): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(publicKey) && keyType(Buffer.from(publicKey, 'base64')) === algorithm;
}

/** The key type that a blob itself names (RFC 4253, 6.6), so that a line cannot claim another. */
export function keyType(blob: Buffer): string | undefined {
  return blob.length < 4 ? undefined : blob.subarray(4, 4 + blob.readUInt32BE(0)).toString('latin1');
}

/** `SHA256:…` as ssh-keygen prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
