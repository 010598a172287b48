import { z } from 'zod';
import { boxNameSchema, hintSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { removalSchema } from './jobs.ts';
import { methodSchema, providerSchema } from './providers.ts';
import { connectionSchema } from './snapshot.ts';

/** What was done at the end of a connection, each with what it can have come to, and that in words for people. */
export const STEPS = {
  profile: {
    removed: 'OpenClaw removed the profile by its own command.',
    absent: 'OpenClaw named no such profile: there was nothing for this try to remove.',
    replaced: 'Another credential stood under that name, and was left there.',
  },
  listing: {
    clean: 'OpenClaw, asked again, names the profile neither among its credentials nor in their order.',
  },
  login: {
    removed: 'Claude Code on the box was signed out by its own command.',
    absent: 'Claude Code on the box was not signed in: there was nothing for this try to end.',
    replaced: 'Claude Code on the box is signed in with another account, which was left as it is.',
    clean: 'OpenClaw, asked again, finds no login of Claude Code.',
  },
  address: {
    removed: 'The address was taken out of OpenClaw’s configuration.',
  },
  files: {
    clean:
      'The files that OpenClaw keeps on the box were searched for the credential: it is in none of them.',
    removed:
      'The credential stood in copies that OpenClaw had made of its store, and was written over there.',
    found: 'The credential is still in these files of OpenClaw’s.',
  },
  provider: {
    revoked: 'Anthropic confirmed to Claude Code that the login is no longer valid.',
  },
  'default-model': {
    platform: 'OpenClaw’s default model is the platform’s own.',
    same: 'OpenClaw’s default model is one of this provider’s.',
    other: 'OpenClaw’s default model is another provider’s.',
  },
  'in-flight': {
    clean: 'Keyferry’s queue (Redis) holds nothing of the credential.',
  },
  vault: {
    deleted: 'The sealed copy in Keyferry’s vault was deleted, and is no longer found there.',
    absent: 'Keyferry’s vault has no copy.',
  },
} as const;
export type Step = keyof typeof STEPS;

/** What a receipt does not say, and why. */
export const UNSEEN = {
  box: 'Whether the credential is still on the box: that was said to be gone for good, and could not be asked.',
  provider:
    'Whether the credential is still valid at its provider: Keyferry has no copy of it to ask with. It is until it is revoked there.',
  gateway:
    'Whether a running gateway has already stopped using it: that was not confirmed. `openclaw gateway restart` on the box makes sure.',
  files: 'Whether files on the box still hold it: they were not searched, or not all of them.',
  'default-model': 'Which model OpenClaw uses by default now: it did not say.',
  'in-flight':
    'Whether Keyferry’s queue (Redis) still holds the key as it was sent: under which name is no longer known. What is there is sealed, and goes by itself a day after it was sent.',
  copies:
    'Copies of the box’s disk (snapshots, backups), and backups of Keyferry’s own database from before, which hold what the vault had, sealed.',
} as const;
export type Unseen = keyof typeof UNSEEN;

export const stepSchema = z
  .strictObject({
    step: z.enum(Object.keys(STEPS) as [Step, ...Step[]]),
    result: z.enum([
      'removed',
      'absent',
      'replaced',
      'clean',
      'found',
      'deleted',
      'revoked',
      'platform',
      'same',
      'other',
    ]),
    at: z.iso.datetime().meta({ description: 'When it was seen' }),
    agent: z.string().max(64).optional().meta({ description: 'Of which of OpenClaw’s agents' }),
    files: z
      .array(z.string().max(200))
      .max(20)
      .optional()
      .meta({ description: 'Below OpenClaw’s directory' }),
    says: z.string().max(300).meta({ description: 'The same for people' }),
  })
  .meta({ id: 'ReceiptStep' });
export type ReceiptStep = z.infer<typeof stepSchema>;

const { profile, tokenFingerprint } = connectionSchema.shape;

/** Who asked for the end of a connection. An operator's name stays in the audit log. */
export const ASKERS = ['customer', 'platform', 'operator'] as const;

/** What was done at the end of a connection, and when. It holds no secret. */
export const receiptSchema = z
  .strictObject({
    type: z.literal('keyferry.disconnection'),
    version: z.literal(1),
    id: z.uuid(),
    issuedAt: z.iso.datetime(),
    keyferry: z.string().max(40).meta({ description: 'The version of Keyferry that issued it' }),
    requested: z.strictObject({ by: z.enum(ASKERS), at: z.iso.datetime() }),
    connection: z.strictObject({
      id: z.uuid(),
      customer: customerSchema,
      box: boxNameSchema,
      provider: providerSchema,
      method: methodSchema,
      profile,
      fingerprint: tokenFingerprint.unwrap().nullable(),
      hint: hintSchema.nullable(),
      connectedAt: z.iso.datetime(),
    }),
    outcome: removalSchema.shape.outcome,
    steps: z.array(stepSchema).max(250),
    notes: removalSchema.shape.notes.meta({ description: 'What else was seen on the box' }),
    notSeen: z.array(
      z.strictObject({
        what: z.enum(Object.keys(UNSEEN) as [Unseen, ...Unseen[]]),
        says: z.string().max(300),
      }),
    ),
    revokeAt: z.url().nullable().meta({ description: 'Where the customer revokes the credential' }),
  })
  .meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof receiptSchema>;

const base64url = z.string().regex(/^[A-Za-z0-9_-]{1,1000}$/);

/**
 * A receipt as it is given out. The signature is a flattened JWS (RFC 7515) with detached content: the payload is the
 * receipt's canonical form.
 */
export const signedReceiptSchema = z
  .strictObject({
    receipt: receiptSchema,
    signature: z
      .strictObject({ protected: base64url, signature: base64url })
      .nullable()
      .meta({ description: 'Null: Keyferry had no key to sign it with' }),
  })
  .meta({ id: 'SignedReceipt' });
export type SignedReceipt = z.infer<typeof signedReceiptSchema>;

/** The public keys of receipts, a JSON Web Key Set (RFC 7517). */
export const receiptKeysSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        kid: z.string(),
        x: base64url,
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
      }),
    ),
  })
  .meta({ id: 'ReceiptKeys' });
export type ReceiptKeys = z.infer<typeof receiptKeysSchema>;

/**
 * JSON in its canonical form (JCS, RFC 8785), of which there is one for each value: printed and parsed again by whatever
 * program, a receipt keeps its signature. Throws for what JSON cannot hold, and for half a character.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    // By UTF-16 code units, as RFC 8785 wants and `sort` does.
    const names = Object.keys(value).sort();
    const entries = names.map(
      (name) => `${canonicalJson(name)}:${canonicalJson((value as Record<string, unknown>)[name])}`,
    );
    return `{${entries.join(',')}}`;
  }
  if (typeof value === 'string' && !value.isWellFormed()) throw new TypeError('half a character');
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('not a number of JSON');
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('not a value of JSON');
  return text;
}
