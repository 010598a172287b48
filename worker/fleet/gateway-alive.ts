import type { Gateways } from '../doctor/gateway.ts';
import type { Commands } from '../programs/openclaw/commands.ts';
import { GATEWAY_ALIVE } from '../programs/openclaw/gateway-alive.script.ts';
import type { CallLimits } from '../transports/transport.ts';

/** Whether the gateway at its port says that it is alive. Undefined: there is none, or how to ask it is not known. */
export type GatewayAlive = 'answers' | 'silent' | undefined;

/** Milliseconds: the box itself waits for ten seconds. */
const ASK_MS = 20_000;

/**
 * Asks the gateway where one runs, is to run, or was last seen to answer (`hadGateway`). One that somebody has switched off
 * (its units are there, and disabled) is none. Throws only when aborted.
 */
export async function gatewayAlive(
  commands: Pick<Commands, 'through'>,
  gateways: Pick<Gateways, 'units' | 'processes'> | undefined,
  hadGateway: boolean,
  { signal }: Pick<CallLimits, 'signal'>,
): Promise<GatewayAlive> {
  if (!gateways || !mayRun(gateways, hadGateway)) return undefined;
  const said = await commands
    .through(GATEWAY_ALIVE, [], { signal, timeoutMs: ASK_MS })
    .catch(() => undefined);
  // What the look has seen besides must not be lost because a box took long for this.
  signal.throwIfAborted();
  if (said?.exit.kind !== 'exited') return undefined;
  const { exit } = said;
  if (exit.code === 0) return 'answers';
  return exit.code === 98 ? 'silent' : undefined;
}

function mayRun({ units, processes }: Pick<Gateways, 'units' | 'processes'>, hadGateway: boolean): boolean {
  if (processes.length > 0) return true;
  const isToRun = units.some(({ active, enabled }) => enabled === 'enabled' || LIVE.has(active ?? ''));
  return isToRun || (hadGateway && units.length === 0);
}
const LIVE = new Set(['active', 'activating', 'reloading']);
