import { takeFlag, takeOption } from '../words.mjs';
import { readProfiles, removeProfiles } from './auth-store.mjs';
import { CliError } from './errors.mjs';
import { checkWritable, knownAgent, readConfig, writeConfig } from './store.mjs';

/** `models auth logout <id> --yes [--agent id]`: not in 2026.4.15 and 2026.5.22, which know no such option. */
export function logOut(style, words) {
  if (!style.logsOut) {
    console.error(style.unknownOption('--yes'));
    process.exitCode = 1;
    return;
  }
  const agent = knownAgent(takeOption(words, '--agent'));
  const isAgreed = takeFlag(words, '--yes');
  const [id = ''] = words;
  const profile = readProfiles(agent)[id];
  if (!profile) {
    console.error(
      `Auth profile "${id}" not found for agent "${agent}". Run openclaw models auth list --agent ${agent} to see saved profile ids.`,
    );
    process.exitCode = 1;
    return;
  }
  const described = `${id} (${profile.provider}/${profile.type})`;
  if (!isAgreed)
    throw new CliError(
      `Refusing to remove auth profile ${described} without confirmation. Pass --yes to remove it non-interactively.`,
    );
  checkWritable();
  // As the real one: first where the configuration names it, then the credential.
  const config = readConfig();
  if (config.auth?.profiles) delete config.auth.profiles[id];
  writeConfig(config);
  removeProfiles(agent, [id]);
  console.log(style.saved);
  console.error(
    'Warning: Model auth changes were saved, but the local Gateway could not refresh them. Run `openclaw gateway restart` to apply the saved changes.',
  );
  console.log(`Agent: ${agent}\nRemoved auth profile: ${described}`);
}

/** `infer model auth logout --provider anthropic --json [--agent id]`: all that are stored for a provider. */
export function logOutAll(style, words) {
  const asked = takeOption(words, '--agent');
  if (asked !== undefined && !style.infersForAgents) {
    console.error(style.unknownOption('--agent'));
    process.exitCode = 1;
    return;
  }
  const agent = knownAgent(asked);
  const provider = takeOption(words, '--provider');
  const isOfProvider = ([, profile]) => profile.provider === provider;
  const ids = Object.entries(readProfiles(agent))
    .filter(isOfProvider)
    .map(([id]) => id);
  removeProfiles(agent, ids);
  console.log(JSON.stringify({ provider, removedProfiles: ids }, null, 2));
}
