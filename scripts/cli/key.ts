import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { checkKey } from '../../core/contract/key.ts';
import type { ModelChoices } from '../../core/contract/model-choices.ts';
import { DEADLINES_MS, type Phase } from '../../core/contract/phases.ts';
import {
  isIdOf,
  isModelOf,
  isProfileOf,
  type ProviderRow,
  rowAs,
  rowOf,
} from '../../core/contract/providers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { modelsOnBox, useModelOnBox } from '../../worker/connections/models-on-box.ts';
import { listOnBox, orderOnBox, testOnBox } from '../../worker/connections/on-box.ts';
import { HandshakeFailed } from '../../worker/handshake/ends.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { askHidden } from './ask-hidden.ts';
import { type BoxOptions, type ChosenBox, chosenBox } from './chosen-box.ts';
import { type EndpointOptions, endpointOf } from './endpoint-options.ts';
import { humanVoice } from './human-voice.ts';
import { jsonVoice } from './json-voice.ts';
import { Lines } from './lines.ts';
import { cancelOnSignals } from './signals.ts';

export interface KeyOptions extends BoxOptions {
  provider: string;
  agent?: string;
  json?: boolean;
}

export interface KeyAddOptions extends KeyOptions, EndpointOptions {
  replaces?: string;
}

type Usage = (message: string) => never;

/** `keyferry key add`: the key comes by a hidden prompt, or as a line of stdin; Ollama has none. Returns the exit code. */
export async function addKey(named: string, options: KeyAddOptions, usage: Usage): Promise<0 | 1> {
  const provider = providerOf(options.provider, usage);
  const { replaces } = options;
  if (replaces !== undefined && !isProfileOf(provider, replaces))
    return usage(`error: '${replaces}' is not a profile that Keyferry makes`);
  if (options.baseUrl !== undefined && !provider.endpoint)
    return usage(`error: --base-url is not for ${provider.id}`);
  const endpoint = endpointOf(provider, options, usage);
  const signal = cancelOnSignals();
  const voice = options.json ? jsonVoice() : humanVoice(provider);
  let phase: Phase = 'queued';
  try {
    const key = provider.key && (await askedKey(provider, signal, usage));
    phase = 'reaching';
    return await onBox(named, options, signal, usage, async ({ transport, model, agent }) => {
      const nobody = () => Promise.reject(new KeyferryError('internal_error'));
      const customer = { tell: voice.change, code: nobody };
      const settings = { model: options.model?.[0] ?? model, agent: options.agent ?? agent, endpoint };
      const known = replaces === undefined ? {} : { replaces: { profile: replaces } };
      voice.connected(await handshake(transport, customer, { ...settings, signal, provider, key, known }));
      return 0;
    });
  } catch (thrown) {
    if (thrown instanceof HandshakeFailed) voice.failed(thrown.phase, thrown.error);
    else voice.failed(phase, toKeyferryError(thrown));
    return 1;
  }
}

/** `keyferry key list`: what OpenClaw has of a provider, in the order in which it uses it. */
export async function listKeys(named: string, options: KeyOptions, usage: Usage): Promise<0 | 1> {
  const provider = providerOf(options.provider, usage);
  return said(options, async (signal) =>
    onBox(named, options, signal, usage, async ({ transport, agent }) => {
      const all = await listOnBox(transport, provider, { signal, agent: options.agent ?? agent });
      if (options.json) for (const one of all) print(JSON.stringify({ type: 'profile', ...one }));
      else if (all.length === 0) print(`OpenClaw has no credential for ${provider.name}.`);
      else
        for (const [at, { profile, shown, isOurs, state, baseUrl }] of all.entries())
          print(
            [
              `${at + 1}. ${profile}`,
              baseUrl ?? '',
              provider.key ? shown : '',
              isOurs ? '' : '(not Keyferry’s)',
              state,
            ]
              .filter(Boolean)
              .join('  '),
          );
      return 0;
    }),
  );
}

/** `keyferry key test`: one real turn that only this profile can answer. Exit code 1 if it does not. */

export async function testKey(
  named: string,
  options: KeyOptions & { profile: string; model?: string },
  usage: Usage,
): Promise<0 | 1> {
  const provider = providerOf(options.provider, usage);
  const { profile } = options;
  if (provider.endpoint && !isProfileOf(provider, profile))
    return usage(`error: '${profile}' is not a profile that Keyferry makes`);
  const row = rowAs(provider, profile);
  return said(options, (signal) =>
    onBox(named, options, signal, usage, async ({ transport, agent }) => {
      const on = { signal, agent: options.agent ?? agent };
      const tested = { method: methodOf(row, profile), profile, model: options.model ?? null };
      const verdict = await testOnBox(transport, row, tested, on);
      if (verdict !== undefined) throw new KeyferryError(verdict);
      print(
        options.json ? JSON.stringify({ type: 'answered', profile }) : `${profile} answered a real turn.`,
      );
      return 0;
    }),
  );
}

/** `keyferry key model`: which model OpenClaw uses, and what a profile could answer; `--set` makes one the default. */
export async function modelOfKey(
  named: string,
  options: KeyOptions & { profile: string; set?: string },
  usage: Usage,
): Promise<0 | 1> {
  const provider = providerOf(options.provider, usage);
  const { profile, set } = options;
  const row = rowAs(provider, profile);
  const model = set?.startsWith(`${row.openclaw.id}/`) === false ? `${row.openclaw.id}/${set}` : set;
  if (model !== undefined && !isModelOf(row, model))
    return usage(`error: '${model}' is not a model of ${provider.name}'s`);
  const method = methodOf(row, profile);
  return said(options, (signal) =>
    onBox(named, options, signal, usage, async ({ transport, agent }) => {
      const on = { signal, agent: options.agent ?? agent };
      const chosen = { profile, method };
      if (model === undefined) {
        const choices = await modelsOnBox(transport, row, chosen, on);
        print(options.json ? JSON.stringify({ type: 'models', ...choices }) : choicesText(choices, profile));
        return 0;
      }
      const verdict = await useModelOnBox(transport, row, chosen, model, on);
      if (verdict !== undefined) throw new KeyferryError(verdict);
      const text = `OpenClaw now uses ${model}, which ${profile} answered.`;
      print(options.json ? JSON.stringify({ type: 'model', model, profile }) : text);
      return 0;
    }),
  );
}

function choicesText({ now, isAnsweredHere, models }: ModelChoices, profile: string): string {
  const uses = now === null ? 'OpenClaw names no default model' : `OpenClaw uses ${now}`;
  const by = isAnsweredHere ? `, which ${profile} answers.` : `, and does not ask ${profile} first for it.`;
  const offers =
    models.length > 0 ? 'It offers:' : 'It lists no models of this provider; --set takes any by its name.';
  return [now === null ? `${uses}.` : `${uses}${by}`, offers, ...models.map((name) => `  ${name}`)].join(
    '\n',
  );
}

/** `keyferry key order`: which profiles OpenClaw uses first. */
export async function orderKeys(
  named: string,
  profiles: readonly string[],
  options: KeyOptions,
  usage: Usage,
): Promise<0 | 1> {
  const provider = providerOf(options.provider, usage);
  const wrong = profiles.find((profile) => !isIdOf(provider, profile.split(':', 1)[0] as string));
  if (wrong !== undefined) return usage(`error: '${wrong}' is not a profile of ${provider.name}'s`);
  if (provider.endpoint)
    return usage(`error: ${provider.id} has no order: OpenClaw's default model says which one answers`);
  return said(options, (signal) =>
    onBox(named, options, signal, usage, async ({ transport, agent }) => {
      await orderOnBox(transport, provider, profiles, { signal, agent: options.agent ?? agent });
      const text = `OpenClaw now uses ${profiles.join(', then ')}.`;
      print(options.json ? JSON.stringify({ type: 'ordered', profiles }) : text);
      return 0;
    }),
  );
}

function providerOf(id: string, usage: Usage): ProviderRow {
  const row = rowOf(id);
  return row ?? usage(`error: '${id}' is not a provider that Keyferry knows; docs/providers.md lists them`);
}

async function askedKey(provider: ProviderRow, signal: AbortSignal, usage: Usage): Promise<Secret> {
  const text = process.stdin.isTTY
    ? await askHidden(`${provider.name} API key (it is not shown):`, signal)
    : await new Lines(process.stdin).next(signal);
  const check = checkKey(text, provider);
  if (check.ok) return new Secret(check.key);
  return usage(`error: ${new KeyferryError(check.error).row.customer}`);
}

async function onBox(
  named: string,
  options: BoxOptions,
  signal: AbortSignal,
  usage: Usage,
  work: (box: ChosenBox) => Promise<0 | 1>,
): Promise<0 | 1> {
  const box = await chosenBox(named, options, { signal, timeoutMs: DEADLINES_MS.reaching });
  if (typeof box === 'string') return usage(box);
  try {
    return await work(box);
  } finally {
    box.close();
  }
}

async function said({ json }: KeyOptions, work: (signal: AbortSignal) => Promise<0 | 1>): Promise<0 | 1> {
  try {
    return await work(cancelOnSignals());
  } catch (thrown) {
    const { code, message, row, screen } = toKeyferryError(thrown);
    const { next: hint, retryable } = row;
    const lines = [
      `Failed: ${message}`,
      ...(screen ? ['', screen, ''] : []),
      `Next: ${hint}`,
      `Code: ${code} (${retryable ? 'may be retried' : 'retrying does not help'})`,
    ];
    print(
      json ? JSON.stringify({ type: 'failed', code, message, hint, retryable, screen }) : lines.join('\n'),
    );
    return 1;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** As far as a profile's name tells. */
function methodOf({ openclaw }: ProviderRow, profile: string): 'claude-login' | 'api-key' {
  return profile === openclaw.loginProfile ? 'claude-login' : 'api-key';
}
