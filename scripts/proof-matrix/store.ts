/** Where the real OpenClaw keeps its credentials, for the lab alone: Keyferry itself never opens these files. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Profiles = Record<string, { type: 'api_key'; provider: string; key: string }>;
type Order = Record<string, string[]>;

/** Tables with a JSON document in each row: their columns' names differ between 2026.7.1 and 2026.9.6. */
const TABLE = /^(?:auth_profile_\w+|config_machine_state)$/;

/** Puts profiles and orders into the store that already has some. Throws where it finds none. */
export function putBeside(state: string, profiles: Profiles, order: Order): void {
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' });
  const changed = { profiles: 0, order: 0 };
  const change = (text: string): string | undefined => {
    const json = read(text);
    if (!json || typeof json !== 'object') return undefined;
    const hasProfiles = Object.keys(json.profiles ?? {}).length > 0;
    if (hasProfiles) Object.assign(json.profiles as object, profiles);
    if (json.order) Object.assign(json.order, order);
    if (!hasProfiles && !json.order) return undefined;
    changed.profiles += Number(hasProfiles);
    changed.order += Number(Boolean(json.order));
    return JSON.stringify(json);
  };
  for (const name of files.filter((file) => /(?:openclaw|openclaw-agent)\.sqlite$/.test(file)))
    changeDatabase(join(state, name), change);
  for (const name of files.filter((file) => /auth-(?:profiles|state)\.json$/.test(file))) {
    const text = change(readFileSync(join(state, name), 'utf8'));
    if (text !== undefined) writeFileSync(join(state, name), text);
  }
  if (changed.profiles === 0 || changed.order === 0)
    throw new Error('This OpenClaw keeps its store elsewhere.');
  const file = join(state, 'openclaw.json');
  if (!existsSync(file)) return;
  const config = JSON.parse(readFileSync(file, 'utf8'));
  for (const [id, { provider, type }] of Object.entries(profiles))
    config.auth.profiles[id] = { provider, mode: type };
  writeFileSync(file, JSON.stringify(config, null, 2));
}

interface Document {
  profiles?: object;
  order?: object;
}

function read(text: string): Document | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function changeDatabase(file: string, change: (text: string) => string | undefined): void {
  const database = new DatabaseSync(file);
  try {
    for (const { name } of rows(database, "select name from sqlite_master where type = 'table'")) {
      if (!TABLE.test(String(name))) continue;
      for (const column of rows(database, `pragma table_info(${name})`).map((one) => String(one.name))) {
        if (!column.endsWith('_json')) continue;
        for (const { rowid, text } of rows(database, `select rowid, ${column} as text from ${name}`)) {
          const changed = change(String(text));
          if (changed !== undefined)
            database.prepare(`update ${name} set ${column} = ? where rowid = ?`).run(changed, Number(rowid));
        }
      }
    }
  } finally {
    database.close();
  }
}

const rows = (database: DatabaseSync, query: string) => database.prepare(query).all();
