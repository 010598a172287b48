/** What models cost of which OpenClaw does not say it: a table with dates, which a platform may replace by its own. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { UsageDay, UsagePrice } from '../../core/contract/usage.ts';
import { ConfigError } from '../../core/process/config.ts';

const usd = z.number().min(0).max(100_000);
const priceSchema = z.strictObject({
  provider: z.string().min(1).max(120),
  model: z.string().min(1).max(120),
  from: z.iso.date().optional(),
  input: usd,
  output: usd,
  cacheRead: usd.optional(),
  cacheWrite: usd.optional(),
});
const tableSchema = z.strictObject({ asOf: z.iso.date(), prices: z.array(priceSchema).max(5_000) });

type Price = z.infer<typeof priceSchema>;

/** Prices by provider, model and day. */
export class Prices {
  readonly #prices: readonly (Price & { fits: RegExp })[];

  /** Throws `ConfigError` that says which entry is wrong. */
  constructor(text: string) {
    const read = tableSchema.safeParse(yamlOf(text));
    if (!read.success)
      throw new ConfigError(`The table of prices is not right: ${z.prettifyError(read.error)}`);
    this.#prices = read.data.prices.map((price) => ({ ...price, fits: patternOf(price.model) }));
  }

  /** The table of this file, or the one that Keyferry brings. Throws `ConfigError`, also where it cannot be read. */
  static open(file: string | undefined): Prices {
    return new Prices(textOf(file ?? new URL('./prices.yaml', import.meta.url)));
  }

  /** The price of a model on a day: of those that fit, the one that holds since last; undefined: none is known. */
  of(provider: string, model: string, day: string): Price | undefined {
    let found: Price | undefined;
    for (const price of this.#prices) {
      const { from = '' } = price;
      if (price.provider === provider && from <= day && from >= (found?.from ?? '') && price.fits.test(model))
        found = price;
    }
    return found;
  }

  /** Those for what OpenClaw knows no cost of. */
  for(days: readonly UsageDay[]): UsagePrice[] {
    const wanted = new Map<string, UsagePrice>();
    for (const { day, rows } of days)
      for (const [, provider, model, , , , , , , unpriced] of rows) {
        const price = unpriced > 0 ? this.of(provider, model, day) : undefined;
        if (!price) continue;
        const { input, output, cacheRead = input, cacheWrite = input } = price;
        wanted.set(`${day} ${provider} ${model}`, [
          day,
          provider,
          model,
          input,
          output,
          cacheRead,
          cacheWrite,
        ]);
      }
    return [...wanted.values()];
  }
}

const patternOf = (model: string) =>
  new RegExp(
    `^${model
      .split('*')
      .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*')}$`,
  );

function textOf(file: string | URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(`PRICES_FILE names a file that cannot be read: ${file}.`);
  }
}

/** Undefined where it is no YAML. */
function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
