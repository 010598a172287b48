import { text } from 'node:stream/consumers';
import { takeFlag } from '../words.mjs';
import { CliError } from './errors.mjs';
import { readConfig, writeConfig } from './store.mjs';

/** `config set <path> <value>`: the value is JSON where it reads as JSON, else a string. */
export function setValue(style, [path, value]) {
  if (!path || value === undefined) throw new CliError('config set needs a path and a value.');
  put(path, parsed(value));
  console.log(`Updated ${path}. ${style.restartHint}`);
}

/** `config unset <path>`. */
export function unsetValue(style, [path = '']) {
  const config = readConfig();
  const steps = path.split('.');
  const last = steps.pop();
  const at = steps.reduce((place, step) => place?.[step], config);
  if (at?.[last] === undefined) throw new CliError(`Config path not found: ${path}.`);
  delete at[last];
  writeConfig(config);
  console.log(`Removed ${path}. ${style.restartHint}`);
}

/** `models set provider/model`. */
export function setModel(style, [model]) {
  if (!model) throw new CliError('models set needs a model.');
  put('agents.defaults.model.primary', model);
  console.log(style.saved);
  console.log(`Default model: ${model}`);
}

/** `config get <path> --json`. */
export function getValue(_style, [path = '']) {
  const value = path.split('.').reduce((at, step) => at?.[step], readConfig());
  if (value === undefined) throw new CliError(`Config path not found: ${path}.`);
  console.log(JSON.stringify(value, null, 2));
}

function put(path, value) {
  const config = readConfig();
  const steps = path.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  const last = steps.pop();
  let at = config;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step];
  }
  at[last] = value;
  writeConfig(config);
}

/** `config patch --stdin`: a JSON object that is laid over the configuration; `null` takes away. */
export async function applyPatch(style, words) {
  if (!style.patches) {
    console.error("error: unknown option '--stdin'");
    process.exitCode = 1;
    return;
  }
  if (!takeFlag(words, '--stdin')) throw new CliError('config patch needs --stdin here.');
  const patch = parsed(await text(process.stdin));
  if (readConfig().agents?.list && patch?.agents?.entries)
    throw new CliError('agents: Unrecognized key: "entries"');
  if (typeof patch !== 'object' || patch === null) throw new CliError('The patch is not an object.');
  writeConfig(laidOver(readConfig(), patch));
  console.log(`Applied 1 config update(s). ${style.restartHint}`);
}

function laidOver(base, patch) {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const made = typeof base === 'object' && base !== null && !Array.isArray(base) ? { ...base } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete made[name];
    else made[name] = laidOver(made[name], value);
  }
  return made;
}

function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
