import { isIP } from 'node:net';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { Secret } from '../../../core/secrets/secret.ts';
import { wrongField } from './wrong-field.ts';

/**
 * What is taken of a kubeconfig. The rest could have a worker run a program (`exec`, `auth-provider`), read its files
 * (`tokenFile`, `client-key`, …), go elsewhere (`proxy-url`) or trust anybody (`insecure-skip-tls-verify`): one that has
 * such a thing is refused, because it would not work without it.
 */
const base64 = z.string().regex(/^[A-Za-z0-9+/\s]+={0,2}\s*$/, 'must be base64');
const name = z.string().min(1).max(253);
const clusterSchema = z.strictObject({
  server: z
    .string()
    .max(500)
    .refine((text) => URL.canParse(text) && new URL(text).protocol === 'https:', 'must begin with https://'),
  'certificate-authority-data': base64.optional(),
  'tls-server-name': z.string().max(253).optional(),
});
const userSchema = z.strictObject({
  token: z.string().min(1).optional(),
  'client-certificate-data': base64.optional(),
  'client-key-data': base64.optional(),
});
const configSchema = z.object({
  clusters: z
    .array(z.object({ name, cluster: clusterSchema }))
    .min(1)
    .max(5),
  users: z
    .array(z.object({ name, user: userSchema }))
    .min(1)
    .max(5),
  contexts: z
    .array(z.object({ name, context: z.object({ cluster: name, user: name, namespace: name.optional() }) }))
    .min(1)
    .max(5),
  'current-context': name.optional(),
});

/** A kubeconfig that holds nothing but what was checked, and the addresses that it leads to. */
export interface ReadKubeconfig {
  kubeconfig: Secret;
  servers: string[];
}

/** Reads a kubeconfig. `context`: the one that is to be used. Throws what `wrongField` makes. */
export function readKubeconfig(text: string, context: string | undefined): ReadKubeconfig {
  const read = configSchema.safeParse(parsed(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue?.path.join('.') ?? '';
    // What is unknown is named: these names are Kubernetes' own, and what cannot be one is not repeated.
    const unknown =
      issue?.code === 'unrecognized_keys' ? issue.keys.find((key) => /^[a-z-]{1,40}$/i.test(key)) : undefined;
    if (issue?.code === 'unrecognized_keys')
      throw wrongField('kubeconfig', `must not have ${[where, unknown ?? '…'].join('.')}`);
    throw wrongField('kubeconfig', `is not right at ${where || 'its root'}: ${issue?.message}`);
  }
  const { contexts, clusters } = read.data;
  const used = context ?? read.data['current-context'];
  if (!contexts.some((one) => one.name === used))
    throw wrongField(
      context === undefined ? 'kubeconfig' : 'context',
      'must be a context that the kubeconfig has',
    );
  const whole = { apiVersion: 'v1', kind: 'Config', ...read.data };
  return {
    kubeconfig: new Secret(JSON.stringify(whole)),
    servers: clusters.map(({ cluster }) => cluster.server),
  };
}

/** The addresses among hosts of servers: names are looked up by the worker. */
export function addressIn(server: string): string | undefined {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : host;
}

function parsed(text: string): unknown {
  try {
    const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
    // Its messages quote the text.
    if (document.errors.length > 0) throw new Error();
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    throw wrongField('kubeconfig', 'must be YAML without aliases');
  }
}
