import tab from '@bomb.sh/tab/commander';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ROLES, type Role } from '../../core/contract/operators.ts';
import { keyferryVersion } from '../../core/process/version.ts';
import type { VerifyOptions } from './audit.ts';
import type { BoxesOptions } from './boxes.ts';
import { addCanary } from './canary-commands.ts';
import type { ConnectOptions } from './connect.ts';
import type { DisconnectOptions } from './disconnect.ts';
import type { DoctorOptions } from './doctor.ts';
import { addFallback } from './fallback-commands.ts';
import { addFleet } from './fleet-commands.ts';
import type { KeyAddOptions, KeyOptions } from './key.ts';
import type { OperatorOptions } from './operator.ts';
import type { PrepareOptions } from './prepare.ts';
import type { VerifyReceiptOptions } from './receipt.ts';
import type { VaultOptions } from './vault.ts';
import type { RestoreOptions } from './vault-restore.ts';
import { withWishes } from './wish-options.ts';

const DESCRIPTION = "Carries a customer's Claude sign-in to their own OpenClaw box, and nowhere else.";

const TARGET = 'ssh://user@host[:port], local for this machine, or a customer of the inventory';

/**
 * The command line `keyferry`. Usage errors throw commander's `CommanderError`. Only the command that is run is loaded:
 * SSH, terminals and AWS take most of a second to load.
 */
export function program(): Command {
  const keyferry = new Command('keyferry')
    .description(DESCRIPTION)
    .version(keyferryVersion(), '-V, --version', 'print the version')
    .showHelpAfterError('(see keyferry --help)')
    .exitOverride();
  const connecting = keyferry
    .command('connect')
    .description(
      'sign a box in: run Claude Code’s sign-in there, give OpenClaw what it gives, prove that OpenClaw uses it',
    )
    .argument('<target>', TARGET);
  reaching(connecting)
    .addOption(
      new Option(
        '--method <method>',
        'what moves: a token for a year, or nothing: Claude Code on the box keeps the login, and OpenClaw runs it',
      )
        .choices(['setup-token', 'claude-login'])
        .default('setup-token'),
    )
    .option('--cols <n>', 'width of the terminal on the box, 40 to 1000 (default: 120)', columns)
    .option(
      '--model <model>',
      'default model to set (default: the current one if it is Anthropic’s, otherwise the newest Opus on offer)',
    )
    .option('--agent <id>', 'OpenClaw agent (default: its own default agent)')
    .option('--record <file>', 'write a redacted recording (asciicast) of the terminals')
    .option('--no-live-proof', 'rely on what OpenClaw reports; make no real turn')
    .option('--json', 'one JSON object per line on stdout; codes are read as lines from stdin')
    .action(async (target: string, options: ConnectOptions, command: Command) => {
      const { connect } = await import('./connect.ts');
      process.exitCode = await connect(target, options, (message) => command.error(message));
    });
  const disconnecting = keyferry
    .command('disconnect')
    .description('remove a profile of Keyferry’s from OpenClaw on a box, and prove that it is gone')
    .argument('<target>', TARGET);
  reaching(disconnecting)
    .addOption(
      new Option('--profile <id>', 'the profile that Keyferry made, as connect says').makeOptionMandatory(),
    )
    .option('--agent <id>', 'only from this OpenClaw agent (default: from every one that has it)')
    .option('--json', 'the result as one line of JSON on stdout')
    .action(async (target: string, options: DisconnectOptions, command: Command) => {
      const { disconnect } = await import('./disconnect.ts');
      process.exitCode = await disconnect(target, options, (message) => command.error(message));
    });
  addFallback(keyferry, TARGET, reaching);
  addFleet(keyferry);
  addCanary(keyferry);
  const keys = keyferry
    .command('key')
    .description("customers' API keys on a box: bring one, list, test, put in order, remove");
  ofProvider(keys.command('add').argument('<target>', TARGET))
    .description('give OpenClaw an API key, prove that this very one is used, and put it first')
    .option(
      '--model <model>',
      'model to prove it with (default: one that the provider offers); of ollama and custom each of its models',
      (model: string, before: readonly string[] = []) => [...before, model],
    )
    .option('--base-url <url>', 'address of ollama or custom; only the box asks it')
    .option(
      '--api <protocol>',
      'how custom is spoken to: openai-completions, openai-responses, anthropic-messages',
    )
    .option('--replaces <profile>', 'the profile of Keyferry’s whose place it takes (default: none)')
    .action(async (target: string, options: KeyAddOptions, command: Command) => {
      const { addKey } = await import('./key.ts');
      process.exitCode = await addKey(target, options, (message) => command.error(message));
    });
  ofProvider(keys.command('list').argument('<target>', TARGET))
    .description('list what OpenClaw has of a provider, in the order in which it uses it')
    .action(async (target: string, options: KeyOptions, command: Command) => {
      const { listKeys } = await import('./key.ts');
      process.exitCode = await listKeys(target, options, (message) => command.error(message));
    });
  ofProvider(keys.command('test').argument('<target>', TARGET))
    .description('make one real turn that only this profile can answer')
    .addOption(new Option('--profile <id>', 'the profile to test').makeOptionMandatory())
    .option('--model <model>', 'model to ask (default: one that the provider offers)')
    .action(
      async (target: string, options: KeyOptions & { profile: string; model?: string }, command: Command) => {
        const { testKey } = await import('./key.ts');
        process.exitCode = await testKey(target, options, (message) => command.error(message));
      },
    );
  ofProvider(keys.command('model').argument('<target>', TARGET))
    .description(
      'say which model OpenClaw uses and which ones a profile could answer; or make one the default',
    )
    .addOption(new Option('--profile <id>', 'the profile that answers').makeOptionMandatory())
    .option('--set <model>', 'make it the default, once the profile has answered a turn with it')
    .action(
      async (target: string, options: KeyOptions & { profile: string; set?: string }, command: Command) => {
        const { modelOfKey } = await import('./key.ts');
        process.exitCode = await modelOfKey(target, options, (message) => command.error(message));
      },
    );
  ofProvider(
    keys
      .command('order')
      .argument('<target>', TARGET)
      .argument('<profiles...>', 'profiles, the first one first'),
  )
    .description('say in which order OpenClaw uses a provider’s profiles')
    .action(async (target: string, profiles: string[], options: KeyOptions, command: Command) => {
      const { orderKeys } = await import('./key.ts');
      process.exitCode = await orderKeys(target, profiles, options, (message) => command.error(message));
    });
  reaching(keys.command('remove').argument('<target>', TARGET))
    .description('remove a profile of Keyferry’s from OpenClaw, and prove that it is gone')
    .addOption(
      new Option(
        '--profile <id>',
        'the profile that Keyferry made, as `key list` says',
      ).makeOptionMandatory(),
    )
    .option('--agent <id>', 'only from this OpenClaw agent (default: from every one that has it)')
    .option('--json', 'the result as one line of JSON on stdout')
    .action(async (target: string, options: DisconnectOptions, command: Command) => {
      const { disconnect } = await import('./disconnect.ts');
      process.exitCode = await disconnect(target, options, (message) => command.error(message));
    });
  const examining = keyferry
    .command('doctor')
    .description('examine a box: what would make a handshake on it fail, why, and how to fix it')
    .argument('<target>', TARGET);
  reaching(examining)
    .option('--agent <id>', 'OpenClaw agent (default: its own default agent)')
    .option('--no-openclaw', 'do not ask OpenClaw for its credentials and model, which takes a few seconds')
    .option('--json', 'the whole report as JSON on stdout')
    .action(async (target: string, options: DoctorOptions, command: Command) => {
      const { doctor } = await import('./doctor.ts');
      process.exitCode = await doctor(target, options, (message) => command.error(message));
    });
  const preparing = keyferry
    .command('prepare')
    .description('make a bare Ubuntu or Debian box ready: swap, tmux, Node, PATH, claude, openclaw')
    .argument('<target>', TARGET);
  withWishes(reaching(preparing))
    .option('--json', 'one JSON object per line on stdout')
    .action(async (target: string, options: PrepareOptions, command: Command) => {
      const { prepare } = await import('./prepare.ts');
      process.exitCode = await prepare(target, options, (message) => command.error(message));
    });
  const operators = keyferry
    .command('operator')
    .description(
      'manage the file of operators who sign in to the console with a password (docs/operators.md)',
    );
  ofFile(operators.command('add'))
    .description('add an operator, or change their password or role; asks for the password')
    .argument('<name>', 'what they sign in with')
    .addOption(new Option('--role <role>', 'what they may do').choices(ROLES).makeOptionMandatory())
    .action(async (name: string, options: OperatorOptions & { role: Role }, command: Command) => {
      const { addOperator } = await import('./operator.ts');
      process.exitCode = await addOperator(name, options, (message) => command.error(message));
    });
  ofFile(operators.command('remove'))
    .description('remove an operator, who is signed out at once')
    .argument('<name>', 'what they sign in with')
    .action(async (name: string, options: OperatorOptions) => {
      const { removeOperator } = await import('./operator.ts');
      process.exitCode = await removeOperator(name, options);
    });
  ofFile(operators.command('list'))
    .description('list names and roles')
    .action(async (options: OperatorOptions) => {
      const { listOperators } = await import('./operator.ts');
      process.exitCode = await listOperators(options);
    });
  keyferry
    .command('boxes')
    .description('customers’ boxes')
    .command('list')
    .description(
      'list every box that a worker finds: from BOXES_FILE, those that the platform has added (DATABASE_URL), and Lightsail',
    )
    .option('--boxes <file>', 'inventory file (default: BOXES_FILE)')
    .option('--json', 'one JSON object per line on stdout')
    .action(async (options: BoxesOptions) => {
      const { listBoxes } = await import('./boxes.ts');
      process.exitCode = await listBoxes(options);
    });
  const seal = keyferry.command('seal').description('keys that seal');
  seal
    .command('key')
    .description('make a key pair of the workers, for WORKER_KEYS and WORKER_PUBLIC_KEYS; nothing is stored')
    .argument('[id]', 'its name', keyId, `w${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`)
    .action(async (id: string) => {
      const { printWorkerKey } = await import('./seal.ts');
      printWorkerKey(id);
    });
  seal
    .command('rotate')
    .description(
      'seal everything in the database at DATABASE_URL with the first of SEALING_KEYS; can be ended and run again',
    )
    .action(async () => {
      const { rotateSealing } = await import('./seal.ts');
      process.exitCode = await rotateSealing();
    });
  const receipt = keyferry.command('receipt').description('signed receipts of disconnections');
  receipt
    .command('verify')
    .description('prove that a receipt is as it was signed; asks nobody')
    .argument('<file>', 'the receipt, or - for stdin')
    .option(
      '--key <id:key>',
      'a public key; may be given several times (default: RECEIPT_PUBLIC_KEYS)',
      (key: string, keys: string[] = []) => [...keys, key],
    )
    .option('--keys <file>', 'a file with what /api/v1/receipt-keys answers')
    .option('--json', 'one JSON object on stdout')
    .action(async (file: string, options: VerifyReceiptOptions) => {
      const { verifyReceiptFile } = await import('./receipt.ts');
      process.exitCode = await verifyReceiptFile(file, options);
    });
  receipt
    .command('key')
    .description('make a key pair, for RECEIPT_KEYS and RECEIPT_PUBLIC_KEYS; nothing is stored')
    .argument('[id]', 'its name', keyId, `r${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`)
    .action(async (id: string) => {
      const { printReceiptKey } = await import('./receipt.ts');
      printReceiptKey(id);
    });
  const vault = keyferry
    .command('vault')
    .description("sealed copies of customers' credentials (docs/vault.md), with a worker's variables");
  ofVault(vault.command('status'))
    .description('say which keys wrap the copies, whether they work, and which connections have no copy')
    .action(async (options: VaultOptions) => {
      const { vaultStatus } = await import('./vault.ts');
      process.exitCode = await vaultStatus(options);
    });
  ofVault(vault.command('rotate'))
    .description('wrap every copy’s data key with the first key; can be ended and run again')
    .action(async (options: VaultOptions) => {
      const { rotateVault } = await import('./vault.ts');
      process.exitCode = await rotateVault(options);
    });
  ofVault(vault.command('restore'))
    .description(
      'put a customer’s credentials back into their box, which was rebuilt or has lost them, and prove them there',
    )
    .argument('<customer>', 'a customer, whose box the inventory finds')
    .option('--boxes <file>', 'inventory file (default: BOXES_FILE)')
    .option('--provider <id>', 'only this provider’s (default: all)')
    .option('--connection <id>', 'only this connection’s')
    .action(async (customer: string, options: RestoreOptions, command: Command) => {
      const { restore } = await import('./vault-restore.ts');
      process.exitCode = await restore(customer, options, (message) => command.error(message));
    });
  ofVault(vault.command('prune'))
    .description(
      "write the vault's table again, so that nothing deleted stays in its file; the table's owner may",
    )
    .option('--all', 'remove every copy first')
    .action(async (options: VaultOptions & { all?: boolean }) => {
      const { pruneVault } = await import('./vault.ts');
      process.exitCode = await pruneVault(options);
    });
  keyferry
    .command('migrate')
    .description(
      'bring the database at DATABASE_URL up to this version; its owner may, the processes need not',
    )
    .action(async () => {
      const { migrateDatabase } = await import('./migrate.ts');
      process.exitCode = await migrateDatabase();
    });
  const audit = keyferry
    .command('audit')
    .description('prove that the audit log in the database at DATABASE_URL is whole, and prune it');
  audit
    .command('verify')
    .description('prove that no entry is missing or changed, and print the head of the chain')
    .option('--expect <seq:hash>', 'an earlier head, which must be in the chain', earlierHead)
    .action(async (options: VerifyOptions) => {
      const { verifyAudit } = await import('./audit.ts');
      process.exitCode = await verifyAudit(options);
    });
  audit
    .command('prune')
    .description(
      "remove entries that are older than AUDIT_DAYS, which is an entry itself; the tables' owner may",
    )
    .action(async () => {
      const { pruneAudit } = await import('./audit.ts');
      process.exitCode = await pruneAudit();
    });
  keyferry
    .command('errors')
    .description('print the whole error catalogue')
    .action(async () => (await import('./errors.ts')).printCatalogue());
  keyferry
    .command('providers')
    .description('print every provider of models whose credentials can be connected')
    .action(async () => (await import('./providers.ts')).printProviders());
  keyferry
    .command('config')
    .description('print every environment variable of the api and the worker')
    .action(async () => (await import('./config.ts')).printConfig());
  // Adds `completion <shell>`, which prints a script, and `complete`, which that script asks.
  tab(keyferry, { completionCommandName: 'completion' });
  return keyferry;
}

function ofFile(command: Command): Command {
  return command.addOption(
    new Option('--file <path>', 'the file of operators').env('OPERATORS_FILE').makeOptionMandatory(),
  );
}

function ofVault(command: Command): Command {
  return command.option('--json', 'one JSON object per line on stdout');
}

/** The options of a command about one provider's keys. */
function ofProvider(command: Command): Command {
  return reaching(command)
    .addOption(new Option('--provider <id>', 'the provider, such as openai').makeOptionMandatory())
    .option('--agent <id>', 'OpenClaw agent (default: its own default agent)')
    .option('--json', 'one JSON object per line on stdout');
}

/** The options for reaching a box. */
function reaching(command: Command): Command {
  return command
    .option('--identity <file>', 'private key to sign in with (default: the SSH agent)')
    .option(
      '--boxes <file>',
      'inventory file with customers’ boxes (default: BOXES_FILE; LIGHTSAIL_REGIONS and the like are used too)',
    )
    .option('--known-hosts <file>', "known_hosts file with the box's host key (required for ssh)")
    .addOption(
      new Option('--transport <kind>', 'SSH client to use: the built-in one, or the system’s ssh')
        .choices(['ssh2', 'openssh'])
        .default('ssh2'),
    );
}

function keyId(text: string): string {
  if (/^[\w-]{1,32}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 32 letters, digits, - and _.');
}

function earlierHead(text: string): VerifyOptions['expect'] {
  const [, seq, hash] = /^(\d{1,18}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: BigInt(seq), hash };
  throw new InvalidArgumentError('It must be a head as this command prints it: <number>:<64 hex digits>.');
}

function columns(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 40 && value <= 1000) return value;
  throw new InvalidArgumentError('It must be a whole number from 40 to 1000.');
}
