import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import { findJson } from './models-status.ts';

/** What is put at, or taken from, a path of OpenClaw's configuration, written as its commands take it. */
export type Change = { path: string; value: unknown } | { path: string; value?: undefined };

/** What OpenClaw says of a path at which nothing stands (2026.4.15 to 2026.9.6). */
const UNSET = /Config path not found|Config path is valid but unset|Unknown config path/;

/** A box's configuration, by OpenClaw's own commands. */
export class BoxConfig {
  readonly #commands: Commands;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  /** A value, secrets crossed out by OpenClaw; undefined if it is not set. */
  async value(path: string, limits: CallLimits): Promise<unknown> {
    const args = ['config', 'get', path, '--json'];
    const result = await this.#commands.anyEnd(args, limits);
    const json = findJson(result.stdout);
    if (succeeded(result) && json !== undefined) return json;
    if (result.exit.kind === 'exited' && UNSET.test(this.#commands.printed(result))) return undefined;
    throw this.#commands.failed(args, result);
  }

  /** What is set goes in one write. Nothing of it is secret. True if OpenClaw wants its gateway restarted (2026.4.15). */
  async apply(changes: readonly Change[], limits: CallLimits): Promise<boolean> {
    const set = changes.filter(({ value }) => value !== undefined);
    const unset = changes.filter(({ value }) => value === undefined);
    const commands = [
      ...(set.length > 0 ? [['config', 'set', '--batch-json', JSON.stringify(set)]] : []),
      ...unset.map(({ path }) => ['config', 'unset', path]),
    ];
    let wantsRestart = false;
    for (const command of commands) {
      const result = await this.#commands.run(command, limits);
      wantsRestart ||= /restart the gateway to apply/i.test(this.#commands.printed(result));
    }
    return wantsRestart;
  }
}
