/** Where the real OpenClaw keeps its credentials, for the lab alone: Keyferry itself never opens these files. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export type Profiles = Record<
  string,
  { provider: string } & ({ type: 'api_key'; key: string } | { type: 'token'; token: string })
>;
type Order = Record<string, string[]>;
/** A profile, with what is secret in it. */
export type Stored = Record<string, unknown> & { provider: string };

/** Tables with a JSON document in each row: their columns' names differ between 2026.7.1 and 2026.9.6. */
const TABLE = /^(?:auth_profile_\w+|config_machine_state)$/;

/** Puts profiles and orders into the store that already has some. Throws where it finds none. */
export function putBeside(state: string, profiles: Profiles, order: Order): void {
  changeProfiles(state, (there) => Object.assign(there, profiles));
  changeState(state, (there) => Object.assign(there.order, order));
  const file = join(state, 'openclaw.json');
  if (!existsSync(file)) return;
  const config = JSON.parse(readFileSync(file, 'utf8'));
  for (const [id, { provider, type }] of Object.entries(profiles))
    config.auth.profiles[id] = { provider, mode: type };
  writeFileSync(file, JSON.stringify(config, null, 2));
}

/** Changes the profiles that are stored, of every agent that has some. Throws where there are none. */
export function changeProfiles(state: string, change: (profiles: Record<string, Stored>) => void): void {
  changeDocuments(state, ({ profiles }) => {
    if (Object.keys(profiles ?? {}).length === 0) return false;
    change(profiles as Record<string, Stored>);
    return true;
  });
}

/** Changes what OpenClaw remembers of its profiles: the order that was set, and how they fared. Throws where there is no order. */
export function changeState(
  state: string,
  change: (state: { order: Order; usageStats?: Record<string, object> }) => void,
): void {
  changeDocuments(state, (document) => {
    if (!document.order) return false;
    change(document as { order: Order });
    return true;
  });
}

/** `change` says whether it has changed a document. */
function changeDocuments(state: string, change: (document: Document) => boolean): void {
  let count = 0;
  const changed = (text: string): string | undefined => {
    const json = read(text);
    if (!json || typeof json !== 'object' || !change(json)) return undefined;
    count += 1;
    return JSON.stringify(json);
  };
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' });
  for (const name of files.filter((file) => /(?:openclaw|openclaw-agent)\.sqlite$/.test(file)))
    changeDatabase(join(state, name), changed);
  for (const name of files.filter((file) => /auth-(?:profiles|state)\.json$/.test(file))) {
    const text = changed(readFileSync(join(state, name), 'utf8'));
    if (text !== undefined) writeFileSync(join(state, name), text);
  }
  if (count === 0) throw new Error('This OpenClaw keeps its store elsewhere.');
}

interface Document {
  profiles?: object;
  order?: Order;
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
