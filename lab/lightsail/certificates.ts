import { execFile } from 'node:child_process';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate authority as Lightsail's: instances let in whoever has a certificate of it. */
export interface Authority {
  /** Its public key, for sshd's TrustedUserCAKeys. */
  publicKeyFile: string;
  /** The temporary key, as Lightsail writes it: RSA in PEM. */
  privateKey: string;
  /** A certificate for that key and one user, valid for `validity` (ssh-keygen -V). */
  certify(user: string, validity: string): Promise<string>;
}

/** Makes an authority in an empty directory. */
export async function makeAuthority(directory: string): Promise<Authority> {
  const file = (name: string) => join(directory, name);
  const key = (name: string) => [
    '-q',
    '-N',
    '',
    '-C',
    'lab',
    '-t',
    'rsa',
    '-b',
    '2048',
    '-m',
    'PEM',
    '-f',
    file(name),
  ];
  await Promise.all(['ca', 'temporary'].map((name) => run('ssh-keygen', key(name))));
  let serial = 0;
  return {
    publicKeyFile: file('ca.pub'),
    privateKey: await readFile(file('temporary'), 'utf8'),
    certify: async (user, validity) => {
      serial += 1;
      const copy = file(`copy-${serial}`);
      await copyFile(file('temporary.pub'), `${copy}.pub`);
      const words = ['-q', '-s', file('ca'), '-I', 'lab', '-z', String(serial), '-n', user, '-V', validity];
      await run('ssh-keygen', [...words, `${copy}.pub`]);
      const certificate = await readFile(`${copy}-cert.pub`, 'utf8');
      await Promise.all([rm(`${copy}.pub`), rm(`${copy}-cert.pub`)]);
      return certificate;
    },
  };
}
