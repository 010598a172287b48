import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Program } from '../../core/contract/versions.ts';
import { formattedYaml } from './formatted.ts';
import type { Screens } from './screens.ts';

/** Where the screens of versions that were tried are kept, a file each: what they showed at which width. */
const DIRECTORY = fileURLToPath(new URL('./screens', import.meta.url));

const fileSchema = z.record(z.string(), z.record(z.string(), z.array(z.string())));

/** Screens of versions, to compare others with. */
export class KnownScreens {
  readonly #directory: string;
  readonly #read = new Map<string, Map<number, Screens>>();

  constructor(directory: string = DIRECTORY) {
    this.#directory = directory;
  }

  /** Undefined if nobody has kept those of this version in a terminal of that width. */
  of(program: Program, version: string, columns: number): Screens | undefined {
    return this.#all(program, version).get(columns);
  }

  /** Whether there are any of this version. */
  has(program: Program, version: string): boolean {
    return this.#all(program, version).size > 0;
  }

  /** For this run. */
  learn(program: Program, version: string, columns: number, screens: Screens): void {
    this.#all(program, version).set(columns, screens);
  }

  /** For good, formatted: whole, or not at all. */
  write(program: Program, version: string): void {
    const file = this.#file(program, version);
    const widths = [...this.#all(program, version)].toSorted(([one], [other]) => one - other);
    const text = formattedYaml(stringify(Object.fromEntries(widths), { lineWidth: 0 }));
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  #all(program: Program, version: string): Map<number, Screens> {
    const name = `${program} ${version}`;
    const read = this.#read.get(name) ?? this.#open(this.#file(program, version));
    this.#read.set(name, read);
    return read;
  }

  #open(file: string): Map<number, Screens> {
    if (!existsSync(file)) return new Map();
    const kept = fileSchema.parse(parse(readFileSync(file, 'utf8')));
    return new Map(Object.entries(kept).map(([columns, screens]) => [Number(columns), screens]));
  }

  #file(program: Program, version: string): string {
    return join(this.#directory, `${program}-${version}.yaml`);
  }
}
