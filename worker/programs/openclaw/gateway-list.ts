import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { findJson, readCatalog } from './models-status.ts';

/** Milliseconds for an answer, and before it is asked again. */
const LIST_WITHIN_MS = 20_000;
const AGAIN_AFTER_MS = 1_000;
/** After its start it reads the catalogue first, and says so, or that there is nothing (2026.9.6). */
const TRIES = 3;
const READING = /Retry the request/;
/** Bytes of an answer: 40 KB for three providers. */
const MOST_BYTES = 1024 * 1024;

const ListSchema = z.object({ models: z.unknown() });

/**
 * Models of the provider's that the gateway lists, each as `<id>/<model>`, without a start of OpenClaw's and before anything is
 * signed in, also where the configuration names agents. None where no gateway runs, or it takes no such question (2026.7.1
 * knows no `refresh`). Throws only when aborted, or where the link is lost.
 */
export async function offeredByGateway(
  commands: Commands,
  provider: ProviderRow,
  { signal, timeoutMs }: CallLimits,
): Promise<string[]> {
  if (!commands.hasGateway || provider.endpoint) return [];
  const limits = { signal, timeoutMs: Math.min(timeoutMs, LIST_WITHIN_MS), maxBytes: MOST_BYTES };
  try {
    for (let tries = 1; ; tries += 1) {
      const params = { view: 'all', refresh: true };
      const result = await commands.gatewayCall('models.list', params, { ...limits, isCheap: true });
      if (result.exit.kind === 'lost') throw commands.failed(['gateway', 'call', 'models.list'], result);
      if (!succeeded(result) && !READING.test(result.stderr)) return [];
      const { models = [] } = succeeded(result) ? ListSchema.parse(findJson(result.stdout)) : {};
      const offered = readCatalog(models, provider);
      if (offered.length > 0 || tries === TRIES) return offered;
      await sleep(AGAIN_AFTER_MS, undefined, { signal });
    }
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof KeyferryError && thrown.code === 'connection_lost') throw thrown;
    return [];
  }
}
