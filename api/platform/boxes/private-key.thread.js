import { createPrivateKey } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import ssh2 from 'ssh2';

/**
 * Reads a private key, in a thread of its own: a passphrase takes from half a second to several (bcrypt, ssh2 1.17), in
 * which a process would do nothing else. Posts what was read, unlocked and in a form that ssh2 reads at once, or the field
 * that is wrong with the rule that it breaks.
 */

/** @param {string | Buffer} part */
function field(part) {
  const bytes = Buffer.from(part);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * An Ed25519 key in OpenSSH's own format (PROTOCOL.key), the only one for these that ssh2 reads.
 *
 * @param {string} pem
 * @param {Buffer} blob its public half
 */
function opensshOf(pem, blob) {
  const { d = '', x = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  const publicKey = Buffer.from(x, 'base64url');
  const secret = Buffer.concat([
    Buffer.alloc(8),
    field('ssh-ed25519'),
    field(publicKey),
    field(Buffer.concat([Buffer.from(d, 'base64url'), publicKey])),
    field(''),
  ]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, at) => at + 1));
  const count = Buffer.from([0, 0, 0, 1]);
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    count,
    field(blob),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** @param {{ text: string, passphrase: string | undefined }} given */
function read({ text, passphrase }) {
  // OpenSSH needs a line break at the end, and so does ssh2 for some.
  const parsed = ssh2.utils.parseKey(`${text.trim()}\n`, passphrase);
  if (parsed instanceof Error) {
    if (!/encrypted|passphrase|integrity check|decrypt/i.test(parsed.message))
      return { field: 'privateKey', words: "must be a private key in OpenSSH's format or PEM" };
    const words =
      passphrase === undefined ? 'is needed: the key is protected by one' : 'does not open the key';
    return { field: 'passphrase', words };
  }
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key?.isPrivateKey()) return { field: 'privateKey', words: 'must be a private key, not a public one' };
  const blob = key.getPublicSSH();
  const pem = key.getPrivatePEM();
  const unlocked = key.type === 'ssh-ed25519' ? opensshOf(pem, blob) : pem;
  const again = ssh2.utils.parseKey(unlocked);
  if (again instanceof Error || Array.isArray(again) || !again.getPublicSSH().equals(blob))
    return { field: 'privateKey', words: `is of a type that is not supported (${key.type})` };
  return { key: unlocked, type: key.type, blob: blob.toString('base64') };
}

parentPort?.postMessage(read(workerData));
