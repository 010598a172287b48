import type { ErrorCode } from '../../../core/contract/error-rows.ts';
import { FLEET_HEALTHS, type Fleet, type FleetHealth, type FleetSort } from '../../../core/contract/fleet.ts';
import { NAMES } from '../../../core/contract/provider-names.ts';
import { type FleetSearch, hashOf, placeOf, queryOf } from '../model/place.ts';
import { WORDS } from '../model/words.ts';
import { Choice } from '../parts/choice.tsx';

const ENDS = {
  '': 'Any time',
  1: 'within 1 day',
  7: 'within 7 days',
  30: 'within 30 days',
  90: 'within 90 days',
};
const UNCHECKED = {
  '': 'Any time',
  24: 'not for 1 day',
  48: 'not for 2 days',
  168: 'not for 7 days',
  720: 'not for 30 days',
};
const METHODS = { '': 'Any way', ...WORDS.methods };
/** What a look or a turn may say of a connection, and why a box is not reached: what support asks for most. */
const REASONS: readonly ErrorCode[] = [
  'credential_missing',
  'credential_expired',
  'credential_replaced',
  'credential_overridden',
  'credential_in_cooldown',
  'other_credential_first',
  'model_moved',
  'gateway_down',
  'gateway_refuses',
  'gateway_other_store',
  'gateway_elsewhere',
  'store_unreadable',
  'openclaw_missing',
  'openclaw_update_unfinished',
  'openclaw_config_invalid',
  'clock_wrong',
  'claude_logged_out',
  'key_rejected',
  'key_no_credit',
  'key_no_access',
  'box_unreachable',
  'box_stopped',
  'box_not_listed',
  'ssh_auth_failed',
  'host_key_mismatch',
];
/** What looks say besides that changes nothing at once. */
const SILENT: readonly ErrorCode[] = [
  'box_call_timeout',
  'connection_lost',
  'memory_short',
  'openclaw_failed',
  'claude_failed',
  'provider_rate_limited',
  'provider_down',
];
/** By code, as they are on the lines; `chosen`: one that the address names has its place among them. */
function codesBeside(
  chosen: ErrorCode | undefined,
  any: string,
  codes: readonly ErrorCode[],
): Record<string, string> {
  const all = chosen === undefined || codes.includes(chosen) ? codes : [...codes, chosen];
  return { '': any, ...Object.fromEntries(all.map((code) => [code, code])) };
}
const SORTS: Record<FleetSort, string> = {
  customer: 'Customer',
  expires: 'Ends soonest',
  checked: 'Checked longest ago',
  since: 'Oldest state',
};
/** What somebody has to do something about comes first. */
const CHIPS: readonly FleetHealth[] = ['attention', 'expiring', 'unknown', 'working', 'none'];

/** How many there are by health; each narrows the fleet to those. */
export function HealthChips({ search, counts }: { search: FleetSearch; counts: Fleet['counts'] }) {
  const sum = counts && FLEET_HEALTHS.reduce((total, health) => total + counts[health], 0);
  const chip = (health: FleetHealth | undefined, label: string, count: number | undefined) => (
    <a
      class="chip"
      href={hashOf({ name: 'fleet', search: { ...search, health } })}
      aria-current={search.health === health ? 'true' : undefined}
    >
      {label} <span class={count === undefined ? 'count is-none' : 'count'}>{count ?? 0}</span>
    </a>
  );
  return (
    <nav class="chips" aria-label="By health">
      {chip(undefined, 'All', sum)}
      {CHIPS.map((health) => chip(health, WORDS.healths[health], counts?.[health]))}
    </nav>
  );
}

/** Narrows the fleet. What it is narrowed to is in the address; changing it adds no step to the browser's history. */
export function FleetFilters({ search }: { search: FleetSearch }) {
  const narrow = (name: keyof FleetSearch, value: string) => {
    const place = placeOf(`#/fleet${queryOf({ ...search, [name]: value })}`);
    history.replaceState(null, '', hashOf(place));
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  const typed = (name: 'q' | 'model' | 'version' | 'box', but = /(?!)/g) => ({
    type: 'search' as const,
    value: search[name] ?? '',
    maxLength: { q: 100, model: 100, version: 40, box: 63 }[name],
    autocapitalize: 'none' as const,
    autocomplete: 'off',
    spellcheck: false,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      narrow(name, currentTarget.value.replace(but, '')),
  });
  const choice = (name: 'provider' | 'method' | 'reason' | 'look' | 'expiring' | 'unchecked') => ({
    value: String(search[name] ?? ''),
    onChosen: (value: string) => narrow(name, value),
  });
  const providers = {
    '': 'Any',
    ...Object.fromEntries(Object.entries(NAMES).map(([id, { name }]) => [id, name])),
  };
  return (
    <search class="filters">
      <label>
        Customer
        <input {...typed('q')} placeholder="part of it" />
      </label>
      <Choice name="Why" words={codesBeside(search.reason, 'Any reason', REASONS)} {...choice('reason')} />
      <Choice
        name="Last look said"
        words={codesBeside(search.look, 'Anything', [...REASONS, ...SILENT])}
        {...choice('look')}
      />
      <Choice name="Provider" words={providers} {...choice('provider')} />
      <Choice name="Connected by" words={METHODS} {...choice('method')} />
      <label>
        Box
        <input {...typed('box')} placeholder="its name" />
      </label>
      <label>
        Model
        <input {...typed('model')} placeholder="part of it" />
      </label>
      <label>
        Version on the box
        <input {...typed('version', /[^\w.+-]/g)} placeholder="how it begins" />
      </label>
      <Choice name="Ends" words={ENDS} {...choice('expiring')} />
      <Choice name="Checked" words={UNCHECKED} {...choice('unchecked')} />
      <Choice
        name="Sort by"
        words={SORTS}
        value={search.sort ?? 'customer'}
        onChosen={(value) => narrow('sort', value === 'customer' ? '' : value)}
      />
    </search>
  );
}
