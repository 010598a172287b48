import { Command, InvalidArgumentError, Option } from 'commander';
import { type ConnectOptions, connect } from './connect.ts';
import { printCatalogue } from './errors.ts';

const DESCRIPTION = "Carries a customer's Claude sign-in to their own OpenClaw box, and nowhere else.";

/** The command line `keyferry`. Usage errors throw commander's `CommanderError`. */
export function program(): Command {
  const keyferry = new Command('keyferry')
    .description(DESCRIPTION)
    .showHelpAfterError('(keyferry --help tells more)')
    .exitOverride();
  keyferry
    .command('connect')
    .description('sign a box in: claude setup-token, then OpenClaw, then the proof that OpenClaw uses it')
    .argument('<target>', 'ssh://user@host[:port], or local for this machine')
    .option('--identity <file>', 'private key to sign in with (default: the SSH agent)')
    .option('--known-hosts <file>', "known_hosts file with the box's host key (required for ssh)")
    .addOption(
      new Option('--transport <kind>', 'who speaks SSH: this program, or the system’s ssh')
        .choices(['ssh2', 'openssh'])
        .default('ssh2'),
    )
    .option('--cols <n>', 'width of the terminal on the box, 40 to 1000', columns, 120)
    .option(
      '--model <model>',
      'default model to set (default: an Anthropic one that is set already, else the newest Opus offered)',
    )
    .option('--agent <id>', 'OpenClaw agent (default: its own default agent)')
    .option('--record <file>', 'write a redacted recording (asciicast) of the terminals')
    .option('--no-live-proof', "take OpenClaw's word; make no real turn")
    .option('--json', 'one JSON object a line on stdout; codes are read as lines from stdin')
    .action(async (target: string, options: ConnectOptions, command: Command) => {
      process.exitCode = await connect(target, options, (message) => command.error(message));
    });
  keyferry.command('errors').description('print the whole error catalogue').action(printCatalogue);
  return keyferry;
}

function columns(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 40 && value <= 1000) return value;
  throw new InvalidArgumentError('It takes a whole number from 40 to 1000.');
}
