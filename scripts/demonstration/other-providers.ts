import { pointBox } from '../../lab/providers/point-box.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import type { StandInProvider } from '../../lab/providers/rows.ts';
import type { System } from '../../lab/system.ts';

/** Those to whose address every OpenClaw can be led without a plugin of theirs. */
const PROVIDERS = ['openai', 'openrouter', 'together', 'xai'] as const satisfies StandInProvider[];

export type KeyProvider = (typeof PROVIDERS)[number];

/** What the demo's api and worker offer beside the one click. */
export const OFFERED = {
  METHODS: 'setup-token,claude-login,api-key',
  KEY_PROVIDERS: PROVIDERS.join(),
};

/** The providers of the demo besides Anthropic, all of them simulated. */
export interface OtherProviders extends Providers {
  /** A made-up key that only the stand-in takes. */
  readonly key: string;
}

/** Where the made-up key is for. */
export const KEY_OF = 'openai';

export async function startOthers(): Promise<OtherProviders> {
  const providers = await startProviders();
  return Object.assign(providers, { key: providers.mint(KEY_OF).text });
}

/** Leads what OpenClaw on the customer's box asks of them to the stand-in. */
export function leadThere(system: System, customer: string, providers: Providers): void {
  pointBox({ home: system.home(customer) }, providers, PROVIDERS);
}
