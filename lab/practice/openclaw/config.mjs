import { text } from 'node:stream/consumers';
import { takeFlag, takeOption } from '../words.mjs';
import { CliError } from './errors.mjs';
import { laidOver, readConfig, writeConfig } from './store.mjs';

/** `config set <path> <value>`: the value is JSON where it reads as JSON, else a string. `--batch-json`: several at once. */
export function setValue(style, words) {
  const batch = takeOption(words, '--batch-json');
  if (batch !== undefined) return setAll(style, JSON.parse(batch));
  const [path, value] = words;
  if (!path || value === undefined) throw new CliError('config set needs a path and a value.');
  put(path, parsed(value));
  console.log(`Updated ${path}. ${style.restartHint}`);
}

function setAll(style, changes) {
  for (const { path, value } of changes) put(path, value);
  console.log(`Updated ${changes.length} config paths. ${style.restartHint}`);
}

/** `config unset <path>`. */
export function unsetValue(style, [path = '']) {
  const config = readConfig();
  const steps = stepsOf(path);
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

/** `config get <path> --json`: what OpenClaw itself would fill in is there too, and secrets are crossed out. */
export function getValue(style, [path = '']) {
  const { agents, ...config } = readConfig();
  const whole = { ...config, agents: { ...agents, defaults: { maxConcurrent: 8, ...agents?.defaults } } };
  const value = stepsOf(path).reduce((at, step) => at?.[step], whole);
  if (value === undefined)
    throw new CliError(
      style.errorsAsJson
        ? `Config path is valid but unset: ${path}. The runtime default applies until you set an authored value.`
        : `Config path not found: ${path}.`,
    );
  console.log(JSON.stringify(value, crossedOut, 2));
}

const REDACTED = '__OPENCLAW_REDACTED__';

function crossedOut(name, value) {
  if (name !== 'apiKey' || value === undefined) return value;
  return typeof value === 'string' ? REDACTED : { ...value, id: REDACTED };
}

/** `a.b[0]["c.d"]` as its steps. */
const stepsOf = (path) =>
  [...path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain,
  );

function put(path, value) {
  const config = readConfig();
  const steps = stepsOf(path);
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

function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
