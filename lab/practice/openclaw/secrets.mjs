import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CliError } from './errors.mjs';
import { configPath } from './store.mjs';

/** The real one has them in its database, which is of 2026.9.6 and nothing older. */
const path = () => join(dirname(configPath()), 'state/secrets.json');
const read = () => (existsSync(path()) ? JSON.parse(readFileSync(path(), 'utf8')) : {});

function write(secrets) {
  mkdirSync(dirname(path()), { recursive: true, mode: 0o700 });
  writeFileSync(path(), JSON.stringify(secrets), { mode: 0o600 });
}

function checkStore(style) {
  if (!style.storesSecrets)
    throw new CliError('OpenClaw does not know the command "store".\nTry: openclaw --help');
}

/** `secrets store set NAME --kind secret`, the value on stdin. */
export async function storeSecret(style, [name]) {
  checkStore(style);
  if (!/^[A-Z][A-Z0-9_]{0,127}$/.test(name ?? '')) throw new CliError('Invalid secret name.');
  write({ ...read(), [name]: await text(process.stdin) });
  console.log(`Stored ${name} (secret).`);
}

/** `secrets store rm NAME --yes`: one that is missing is gone already. */
export function removeSecret(style, [name]) {
  checkStore(style);
  const { [name]: _, ...others } = read();
  write(others);
}

/** `secrets reload --json`: no gateway runs beside a simulated one. */
export function reloadSecrets() {
  throw new CliError('gateway secrets.reload unavailable: connect ECONNREFUSED 127.0.0.1:18789');
}

/** What a reference of the configuration stands for; undefined if it is not there. */
export const secretOfRef = (ref) => (ref?.source === 'store' ? read()[ref.id] : undefined);
