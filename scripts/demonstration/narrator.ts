import { isFinal } from '../../core/contract/phases.ts';
import { rowOf } from '../../core/contract/providers.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { PHASE_WORDS } from '../cli/human-voice.ts';

const WORDS: Partial<Record<Snapshot['phase'], string>> = {
  ...PHASE_WORDS,
  queued: 'Waiting for a worker',
  waiting: 'The sign-in link is on the page; waiting for the code',
};

/** Tells a handshake as it goes, phase by phase, with seconds since it was asked for. */
export class Narrator {
  readonly #tell: (line: string) => void;
  #last = '';

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** Takes in a snapshot; one that says nothing new is skipped. */
  hear(snapshot: Snapshot): void {
    const { handshake, attempt, phase, rejected, notice } = snapshot;
    const now = [handshake, attempt, phase, rejected?.code, notice].join();
    if (now === this.#last) return;
    this.#last = now;
    const seconds = (Date.parse(snapshot.at) - Date.parse(snapshot.startedAt)) / 1_000;
    const clock = `${seconds.toFixed(1)} s`.padStart(8);
    if (rejected) this.#tell(`${clock}  ${rejected.message}`);
    this.#tell(`${clock}  ${words(snapshot)}`);
  }
}

function words({ phase, error, connection, provider, method }: Snapshot): string {
  if (method === 'api-key' && phase === 'installing') return 'Giving the key to OpenClaw …';
  if (!isFinal(phase)) return `${WORDS[phase] ?? phase} …`;
  if (phase !== 'connected') return error ? `${phase}: ${error.code}. ${error.message}` : `${phase}.`;
  if (method === 'api-key')
    return `${rowOf(provider)?.name ?? provider} Connected: the key answered, ${connection?.tokenFingerprint} (SHA-256).`;
  const until = connection?.expiresAt?.slice(0, 10);
  return `Claude Connected: ${connection?.model ?? "OpenClaw's default model"}, good until ${until}, token ${connection?.tokenFingerprint} (SHA-256).`;
}
