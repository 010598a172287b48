import { customerSchema } from '../../core/contract/customer.ts';
import { type KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { DEADLINES_MS } from '../../core/contract/phases.ts';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import type { PlatformProvider } from '../../core/process/platform-provider.ts';
import { customerKey } from '../../worker/fallback/customer-key.ts';
import type { Fallback, FallbackState } from '../../worker/fallback/fallback.ts';
import { onBox } from '../../worker/fallback/on-box.ts';
import type { Answerer } from '../../worker/programs/openclaw/who-answered.ts';
import type { CallLimits } from '../../worker/transports/transport.ts';
import { type BoxOptions, chosenBox } from './chosen-box.ts';
import { cancelOnSignals } from './signals.ts';

export type FallbackVerb = 'set' | 'remove' | 'status';

export interface FallbackOptions extends BoxOptions {
  agent?: string;
  customer?: string;
  turns?: boolean;
  json?: boolean;
}

/** How a box stands, and who answered, if that was asked; `null`: nobody did. */
interface Told extends FallbackState {
  model: string;
  answers?: { default: string | null; platform: string | null };
}

/** `keyferry fallback`. Returns the exit code: 1 where it is not as the verb wants it; `usage` ends the command with 2. */
export async function fallback(
  verb: FallbackVerb,
  named: string,
  options: FallbackOptions,
  usage: (message: string) => never,
): Promise<0 | 1> {
  const platform = configured(usage);
  const signal = cancelOnSignals();
  try {
    const box = await chosenBox(named, options, { signal, timeoutMs: DEADLINES_MS.reaching });
    if (typeof box === 'string') return usage(box);
    const { agent = box.agent } = options;
    const customer = options.customer ?? (customerSchema.safeParse(named).success ? named : undefined);
    try {
      const told = await onBox(box.transport, { platform, agent, signal }, async (on, limits) => {
        const key = () => customerKey(platform, customer, signal);
        const notes =
          verb === 'set'
            ? await on.ensure(key, limits, { whole: true })
            : verb === 'remove'
              ? await on.remove(limits)
              : [];
        return seen(on, limits, notes, options.turns === true);
      });
      tell(options, told);
      return isAsWanted(verb, told) ? 0 : 1;
    } finally {
      box.close();
    }
  } catch (thrown) {
    tellFailure(options, toKeyferryError(thrown));
    return 1;
  }
}

function configured(usage: (message: string) => never): PlatformProvider {
  try {
    const { PLATFORM_PROVIDER } = readSettings(['PLATFORM_PROVIDER'], process.env);
    return PLATFORM_PROVIDER ?? usage('error: PLATFORM_PROVIDER (or PLATFORM_PROVIDER_FILE) is not set');
  } catch (thrown) {
    if (thrown instanceof ConfigError) return usage(`error: ${thrown.message}`);
    throw thrown;
  }
}

/** What OpenClaw itself says, after what was done. */
async function seen(on: Fallback, limits: CallLimits, notes: string[], hasTurns: boolean): Promise<Told> {
  const state = await on.state(limits);
  const told = { ...state, notes: [...new Set([...notes, ...state.notes])], model: on.model };
  if (!hasTurns) return told;
  // One after the other: each is a Node that starts, and small boxes have memory for one.
  const answers = {
    default: nameOf(await on.turn(undefined, limits)),
    platform: state.state === 'absent' ? null : nameOf(await on.turn(on.model, limits)),
  };
  return { ...told, answers };
}

const nameOf = (answerer: Answerer | undefined) =>
  answerer === undefined ? null : `${answerer.provider}/${answerer.model}`;

function isAsWanted(verb: FallbackVerb, { state, hasKey, answers, model }: Told): boolean {
  if (verb === 'remove') return state === 'absent' && !hasKey;
  return state === 'set' && hasKey && (answers === undefined || answers.platform === model);
}

const STATES = {
  set: 'is in place, and last among the fallbacks',
  incomplete: 'is not in place as configured: `keyferry fallback set` puts it right',
  absent: 'is not on this box',
} as const;

function tell({ json }: FallbackOptions, told: Told): void {
  const { state, hasKey, isDefault, defaultModel, answers, model, notes } = told;
  const who = (answer: string | null) => answer ?? 'nobody';
  const lines = [
    `${model} ${STATES[state]}.`,
    ...(state === 'absent' ? [] : [hasKey ? 'OpenClaw has a key for it.' : 'OpenClaw has no key for it.']),
    isDefault ? 'It is the default model: the box runs on it.' : `The default model is ${defaultModel}.`,
    ...(answers ? [`A turn with the default model was answered by ${who(answers.default)}.`] : []),
    ...(answers ? [`A turn with ${model} was answered by ${who(answers.platform)}.`] : []),
    ...notes.map((note) => `Note: ${note}`),
  ];
  print(json ? JSON.stringify({ type: 'fallback', ...told }) : lines.join('\n'));
}

function tellFailure({ json }: FallbackOptions, { code, message, row, screen }: KeyferryError): void {
  const { next: hint, retryable } = row;
  const lines = [`Failed: ${message}`, ...(screen ? ['', screen, ''] : []), `Next: ${hint}`, `Code: ${code}`];
  print(json ? JSON.stringify({ type: 'failed', code, message, hint, retryable, screen }) : lines.join('\n'));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
