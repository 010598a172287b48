import type { ErrorCode } from './error-rows.ts';

/** What those who look after customers read of an error. */
export interface StaffWords {
  /** What support reads. */
  support: string;
  /** What support does next. */
  next: string;
  /** What the platform's developers read; each row that they can meet has it. */
  developer?: string;
}

/** The words for staff of every row of the catalogue. */
export const STAFF_WORDS: Readonly<Record<ErrorCode, StaffWords>> = {
  worker_stopped: {
    support: 'The worker process was stopped while it was working on this handshake.',
    next: 'Nothing if no code had been typed: it starts again automatically. Otherwise re-run.',
    developer: 'A worker was stopped during the handshake. Let the customer start again.',
  },
  worker_lost: {
    support: 'The worker lost its lock on this handshake: it hung, died, or could not reach Redis.',
    next: "Look at the worker's log, memory and connection to Redis, then re-run.",
    developer: 'Keyferry lost the worker that had this handshake. Let the customer start again.',
  },
  worker_short: {
    support:
      'The machine that this worker runs on is out of file descriptors, processes or memory; the box is not the cause.',
    next: "Compare the worker's open files and processes with its limits (`ulimit -n`, the container's), raise the limits or lower CONCURRENCY, then re-run.",
    developer:
      'Keyferry is short of resources. Let the customer try again in a few minutes; if it continues, tell its operator.',
  },
  box_not_listed: {
    support: 'The inventory has no box for this customer.',
    next: "Add the customer's box: over the API (POST /api/v1/customers/<customer>/boxes), in BOXES_FILE, or by a tag (LIGHTSAIL_TAG); then re-run.",
    developer:
      "Keyferry knows of no box of this customer's. Add it to the inventory, then let the customer start again.",
  },
  box_ambiguous: {
    support: 'More than one instance has this customer’s tag, so nothing was sent to any of them.',
    next: 'Remove the tag from all but one of the instances named below, then re-run.',
    developer:
      "More than one instance has this customer's tag. Remove it from all but one, then let the customer start again.",
  },
  box_stopped: {
    support: "The customer's instance is stopped.",
    next: 'Have the instance started, then re-run.',
    developer: "The customer's instance is stopped. Start it, then let the customer start again.",
  },
  inventory_unavailable: {
    support: 'AWS did not say where the box is: it is throttling, failing or unreachable.',
    next: "Check AWS's status page and whether the worker can reach Lightsail, then re-run.",
    developer: 'AWS did not say where the box is. Let the customer try again in a few minutes.',
  },
  inventory_denied: {
    support:
      "AWS refused the worker's credentials: there are none, they have expired, or they lack a permission.",
    next: 'Compare the worker’s role or key with the policy in docs/inventory.md, then re-run.',
    developer:
      'AWS refuses the credentials that Keyferry looks up boxes with. Its operator has to correct them.',
  },
  box_kind_off: {
    support: 'The box is of a kind that BOX_KINDS does not list, so it is not connected to.',
    next: 'Add its kind to BOX_KINDS of api and workers if it is meant to be used (SECURITY.md says what that allows), then re-run.',
    developer:
      "Keyferry's operator has not switched boxes of this kind on (BOX_KINDS), or the box was added by a newer version.",
  },
  box_address_refused: {
    support:
      "The box's address is one of this machine's own, of its link, or of a cloud's metadata service, so nothing was sent there.",
    next: 'Correct the address of the box; if boxes really are there, add their network to BOX_NETWORKS. Then re-run.',
    developer:
      "The box's address is one at which no box may be: loopback, link-local or a metadata service. Correct it, or ask Keyferry's operator (BOX_NETWORKS).",
  },
  box_unreachable: {
    support: 'No SSH connection to the box could be made.',
    next: 'Check that the box is running and that its firewall lets port 22 through, then re-run.',
    developer:
      'The box takes no SSH connection from Keyferry. Check that it is running and that its firewall lets Keyferry through.',
  },
  host_key_unknown: {
    support: 'No host key is pinned for this box, so nothing was sent to it.',
    next: "Get the box's host key from a trusted place (Lightsail's API, the box's console) and add it.",
    developer: 'No host key is known for this box, so nothing was sent to it. Add the key to the inventory.',
  },
  host_key_mismatch: {
    support: 'The box showed a different host key from the pinned one, so nothing was sent to it.',
    next: 'Find out whether the box was rebuilt. If it was, pin its new key; if not, treat it as an attack.',
    developer:
      'The box showed another host key than the one that is known, so nothing was sent to it. If it was rebuilt, enter its new key; if not, treat it as an attack.',
  },
  ssh_auth_failed: {
    support: 'The box refused the user or the key.',
    next: 'Check the user name, the key (--identity) and ~/.ssh/authorized_keys on the box.',
    developer:
      'The box refuses the user or the key that Keyferry signs in with. Correct either in the inventory or on the box.',
  },
  identity_unusable: {
    support: 'The private key could not be read or is protected by a passphrase.',
    next: 'Give the box an unprotected key: `identity` in BOXES_FILE, `privateKey` over the API, --identity on the command line; or load it into an SSH agent.',
    developer:
      'Keyferry cannot use the private key that it has for this box. Its operator has to replace it.',
  },
  second_factor_wanted: {
    support: "The box accepted the key, but also asks for a second factor (sshd's `AuthenticationMethods`).",
    next: 'Let this user sign in with a key alone: in sshd_config, `Match User <user>` with `AuthenticationMethods publickey`.',
    developer: 'The box asks for a second factor. Let this user sign in with a key alone.',
  },
  certificate_refused: {
    support: 'The box refused the certificate that Lightsail issued for it, twice.',
    next: "Check that its sshd_config still has Lightsail's `TrustedUserCAKeys /etc/ssh/lightsail_instance_ca.pub`, that the file is there, and that the user exists; Lightsail's browser console signs in the same way.",
    developer:
      "The box refuses the certificate that Lightsail issued for it. Check its sshd_config and the user's name.",
  },
  connection_lost: {
    support: 'The SSH connection was lost while it was in use.',
    next: 'Re-run. If it happens again, check the box’s uptime, memory and network. If it is always at the step named below, read the log of its sshd (journalctl -u ssh), which says why it hung up.',
    developer: 'The connection to the box was cut. Let the customer start again.',
  },
  channel_refused: {
    support: 'The box accepted the SSH connection but refused to open another session on it.',
    next: "Check how many processes the user may have, and sshd's MaxSessions (1 is enough), then re-run.",
    developer:
      "The box would not open another session. Let the customer try again in a few minutes; if it continues, look at the box's limits.",
  },
  box_call_timeout: {
    support: 'A call to the box did not finish before its deadline.',
    next: "Check the box's load and memory, then re-run.",
    developer:
      'The box did not answer in time. Let the customer try again in a few minutes; if it continues, look at its load.',
  },
  claude_missing: {
    support: 'No `claude` was found on the box, neither on PATH nor where installers put it.',
    next: 'Install it (keyferry prepare, or `npm install -g --allow-scripts=@anthropic-ai/claude-code @anthropic-ai/claude-code`) for this user, then re-run.',
    developer: 'Claude Code is not installed for the user that Keyferry signs in as. Install it on the box.',
  },
  openclaw_missing: {
    support: 'No `openclaw` was found on the box, neither on PATH nor where installers put it.',
    next: 'Install it (keyferry prepare, or `npm install -g openclaw`) for this user, then re-run.',
    developer: 'OpenClaw is not installed for the user that Keyferry signs in as. Install it on the box.',
  },
  gateway_elsewhere: {
    support:
      "The gateway that answers the customer's chats has a store that this SSH user cannot reach, so a sign-in here would not be used.",
    next: 'Connect as the user named below (`ssh` in the inventory), or run the gateway as this user; then re-run.',
    developer:
      "OpenClaw's gateway runs as another user than the one that Keyferry signs in as. Make them the same.",
  },
  openclaw_config_invalid: {
    support: "OpenClaw's configuration on the box is not valid, and its commands refuse to work until it is.",
    next: 'Correct what is named below (`openclaw config validate` shows it, `openclaw doctor --fix` repairs most of it), then re-run.',
    developer:
      "OpenClaw's configuration on the box is not valid. `openclaw config validate` on the box says where.",
  },
  openclaw_update_unfinished: {
    support:
      'OpenClaw on the box was updated, and refuses what the older one has left until that is converted: the credentials are there, and nothing can use them.',
    next: 'Run `openclaw doctor --fix` on the box as this user, once more where it ends with an error (after 2026.7.1), then `openclaw gateway restart`, and re-run.',
    developer:
      'OpenClaw on the box was updated and has to convert what the older one has left: `openclaw doctor --fix` on the box does that.',
  },
  openclaw_read_only: {
    support: "OpenClaw's configuration is read-only on this box, so OpenClaw cannot store a sign-in.",
    next: 'Remove OPENCLAW_NIX_MODE or OPENCLAW_CONFIG_READONLY where it is set, then re-run.',
    developer:
      "OpenClaw's configuration on the box is read-only, so it cannot store a sign-in. Make it writable.",
  },
  agent_unclear: {
    support:
      'OpenClaw has several agents and none is the default, or it has none with the name that was given.',
    next: 'Name one of those listed below: `agent` of the box in the inventory, --agent on the command line; or set `agents.defaults.systemAgent.agentId` on the box; then re-run.',
    developer:
      'OpenClaw on the box has several agents and no default. Set `agents.defaults.systemAgent.agentId` on the box.',
  },
  box_unusable: {
    support: 'The box did not run a plain POSIX shell script.',
    next: "Check the user's login shell and its start-up files: they must not print, prompt or exit.",
    developer:
      "The box did not run a plain shell script. Check the user's login shell and its start-up files.",
  },
  account_expired: {
    support:
      "The password or the account of the box's user has expired: sshd lets the user in but runs nothing.",
    next: 'On the box, `sudo chage -l <user>` shows this; a new password, or `sudo chage -M -1 -E -1 <user>`, fixes it. Then re-run.',
    developer: 'The password or the account of the user on the box has expired. Renew it.',
  },
  login_shell_closed: {
    support: "The login shell of the box's user runs nothing, such as nologin.",
    next: 'Give the user a shell (`sudo chsh -s /bin/bash <user>`), or use another user; then re-run.',
    developer: 'The login shell of the user on the box runs nothing. Give the user a shell.',
  },
  memory_short: {
    support: 'The box has too little free memory to start Claude Code or OpenClaw.',
    next: 'Stop what uses the memory, add swap (keyferry prepare), or use a larger box; then re-run.',
    developer: 'The box has too little free memory. Free some, add swap, or use a larger box.',
  },
  disk_full: {
    support: "The disk that holds the user's home directory on the box is full.",
    next: 'Free some space (old logs, `npm cache clean --force`) or enlarge the disk, then re-run.',
    developer: 'The disk of the box is full. Free some space or enlarge it.',
  },
  home_unwritable: {
    support: 'The user on the box may not write where OpenClaw has to store the token.',
    next: 'Make this user the owner of the files named below (`sudo chown -R "$USER"`), then re-run.',
    developer:
      'The user on the box may not write where OpenClaw stores the sign-in. Correct the owner of those files.',
  },
  clock_wrong: {
    support: "The box's clock is far off: what is valid may seem to have expired, or not to be valid yet.",
    next: 'Turn on time synchronisation (`sudo timedatectl set-ntp true`), then re-run.',
    developer: 'The clock of the box is wrong. Turn on time synchronisation there.',
  },
  node_unfit: {
    support:
      'Claude Code or OpenClaw would run on a version of Node that it does not support, or there is no Node at all.',
    next: 'Install a version of Node that both support (keyferry prepare), then re-run.',
    developer: 'The box has no Node, or a version that Claude Code or OpenClaw does not support. Update it.',
  },
  claude_unfit: {
    support: 'This `claude` is known not to start on this box.',
    next: 'The reason is below: use another version (keyferry prepare --claude), or a machine with AVX; then re-run.',
    developer:
      'This version of Claude Code does not run on this box. Use another version, or a box whose processor has AVX.',
  },
  claude_incomplete: {
    support:
      "Claude Code's npm package is on the box without the program itself: npm ran no install script, or omitted optional packages.",
    next: 'Install it again (keyferry prepare, or `npm install -g --allow-scripts=@anthropic-ai/claude-code @anthropic-ai/claude-code`), then re-run.',
    developer: 'Claude Code is not fully installed on the box. Install it again.',
  },
  openclaw_unfit: {
    support: 'Handshakes are known to fail on this version of OpenClaw.',
    next: 'The reason is below: use another version (keyferry prepare --openclaw), then re-run.',
    developer: 'Handshakes are known to fail on this version of OpenClaw. Use another version.',
  },
  openclaw_incomplete: {
    support: 'OpenClaw is on the box without its built files, as if it had been installed from source.',
    next: 'Install it from the registry (keyferry prepare, or `npm install -g openclaw`), then re-run.',
    developer: 'OpenClaw is not fully installed on the box. Install it again.',
  },
  method_not_available: {
    support:
      'The box’s `claude` or `openclaw` cannot do the method that was asked for; `claude-login` needs Claude Code 2.1.140 and OpenClaw 2026.8.1 or newer.',
    next: 'Update the program named below (keyferry prepare), or let the customer use `setup-token`.',
    developer: 'The programs on the box are too old for this method. Update them, or offer another method.',
  },
  other_credential_first: {
    support:
      'OpenClaw uses another credential of this provider before this one. Of keys and tokens, that is the order of its profiles. Before Claude Code’s own login it is a token of Anthropic’s in OpenClaw’s store that is not known as Keyferry’s (2026.9.6); no order changes that.',
    next: 'Have the order put back (the customer’s page in the console, or `keyferry fleet repairs`). Before a login: disconnect the profile named below (or `openclaw models auth logout <profile>` if it is the customer’s own and they agree), then re-run.',
    developer:
      'OpenClaw uses another credential of this provider before this one. Have the order put back; before a login, disconnect that other one first, or use another method.',
  },
  prepare_failed: {
    support: 'A step of `keyferry prepare` did not do what it should on the box.',
    next: 'Read what it printed below and fix that; then prepare again, which continues where it stopped.',
    developer:
      'Setting up the box did not work. Its operator finds the step in what `keyferry prepare` printed.',
  },
  claude_crashed: {
    support: '`claude setup-token` ended before it showed a sign-in link.',
    next: 'Read the screen below. Usual causes: Node is too old for it, there is no AVX, or there is less than 2 GB of memory.',
    developer:
      'Claude Code ended on the box before it showed a sign-in link. Support can read its screen in the console.',
  },
  link_not_shown: {
    support: '`claude setup-token` showed no sign-in link in time.',
    next: 'Read the screen below, check the load of the box, then re-run.',
    developer:
      'Claude Code showed no sign-in link in time. Let the customer try again; if it continues, look at the load of the box.',
  },
  link_not_trusted: {
    support:
      'The link on the box’s screen is not one that `claude setup-token` makes; it was not shown to anyone.',
    next: 'Compare the box’s `claude` with a fresh install. If it is the real one, the allow-list needs the new form.',
    developer:
      "The box showed a sign-in link that is not Anthropic's, and nobody was shown it. Check the box's `claude`.",
  },
  claude_failed: {
    support: '`claude auth status` or `claude auth logout` did not do what it should on the box.',
    next: 'Run the command named below on the box and see what it says, then re-run.',
    developer: 'Claude Code on the box did not answer about its login. Try again later.',
  },
  claude_not_signed_in: {
    support:
      '`claude auth login` said “Login successful.”, but afterwards Claude Code, or OpenClaw, does not find a Claude subscription signed in.',
    next: 'Run `claude auth status` on the box as this user. Look for a variable that wins (`ANTHROPIC_API_KEY`), and whether ~/.claude can be written; then re-run.',
    developer: 'The login on the box did not last. Let the customer try again.',
  },
  claude_settings_broken: {
    support: 'Claude Code cannot read one of its own files, such as ~/.claude.json, and stops there.',
    next: 'Repair the file named below, or move it away (Claude Code creates a new one), then re-run.',
    developer: 'A settings file of Claude Code on the box is damaged. Repair it or move it away.',
  },
  login_method_forced: {
    support:
      'The settings of Claude Code on the box force a login method (`forceLoginMethod`) other than a Claude subscription.',
    next: 'Remove `forceLoginMethod` from the settings named below, or have the administrator do it; then re-run.',
    developer:
      "Claude Code's settings on the box force another way to sign in. Remove `forceLoginMethod` there.",
  },
  provider_not_allowed: {
    support:
      "The box's managed settings of Claude Code (`allowedProviders`) do not allow a Claude subscription.",
    next: 'Have the administrator allow `anthropic` in `allowedProviders` of the managed settings, then re-run.',
    developer:
      "Claude Code's managed settings on the box do not allow Anthropic. Add it to `allowedProviders` there.",
  },
  screen_unknown: {
    support: 'The program showed a screen that Keyferry does not know.',
    next: 'Read the screen below and report it, with the version of the program on the box.',
    developer:
      'A program on the box showed something that Keyferry does not know. Support can read its screen in the console.',
  },
  box_flooded: {
    support: 'The program on the box printed far more than it ever should, so it was stopped.',
    next: 'Find out what runs under that name on the box.',
    developer:
      'A program on the box printed far too much and was stopped. Find out what runs there under that name.',
  },
  worker_blocked: {
    support:
      'Output from this box kept a worker busy for so long that all others had to wait. The handshake was abandoned, and the customer cannot start another for ten minutes.',
    next: 'Find out what runs as `claude` and `openclaw` on the box. Report the worker’s log line "loop: blocked", which names the function.',
    developer:
      'Output from this box kept a worker from all other work, so the handshake was abandoned. Find out what runs on the box.',
  },
  program_ended: {
    support: 'The program on the box ended before it was done.',
    next: 'Read the screen below; look for an out-of-memory kill (dmesg), then re-run.',
    developer:
      'A program on the box ended before it was done. Let the customer start again; if it continues, look at the memory of the box.',
  },
  sign_in_expired: {
    support: 'The customer did not paste a code in time.',
    next: 'Ask the customer to start again.',
    developer: 'The customer did not finish the sign-in in time. Let them start again when they are ready.',
  },
  code_incomplete: {
    support: 'What the customer pasted lacks the # or one of the two halves. Nothing was typed on the box.',
    next: 'Ask the customer to use the Copy button on the sign-in page.',
    developer: 'What the customer pasted is only part of a code. They can paste it again.',
  },
  code_malformed: {
    support:
      'What the customer pasted has characters, or a length, that no code has. Nothing was typed on the box.',
    next: 'Ask the customer to use the Copy button on the sign-in page.',
    developer: 'What the customer pasted is not a code. They can paste it again.',
  },
  sealed_unreadable: {
    support:
      "What the customer's page sealed cannot be opened: it is sealed to a key that this api or worker does not have, or was changed on its way. Nothing was typed on the box.",
    next: 'Have the customer reload the page. If it happens to others as well, compare WORKER_PUBLIC_KEYS of the apis with WORKER_KEYS of the workers: the metric keyferry_workers_without_key says how many workers lack the key.',
    developer:
      'It is not sealed to a key of `WORKER_PUBLIC_KEYS`, or is damaged. Ask for the key again and seal it again.',
  },
  code_is_mailed: {
    support:
      'What the customer pasted is the numeric code that Anthropic emails for signing in. Nothing was typed on the box.',
    next: 'Ask the customer to finish signing in with it, and to copy the code that is shown at the end.',
    developer: "The customer pasted the code from Anthropic's email. They can paste the right one.",
  },
  code_is_key: {
    support: 'What the customer pasted is an API key. It was neither kept nor typed on the box.',
    next: 'Ask the customer to use the Copy button on the sign-in page, and to revoke the key if others have seen it.',
    developer: 'The customer pasted a key in place of a code. It was not kept.',
  },
  code_is_token: {
    support:
      'What the customer pasted is a token or a session of a sign-in (sk-ant-oat…). It was neither kept nor typed on the box.',
    next: 'Ask the customer to use the Copy button on the sign-in page, and to revoke the token if others have seen it.',
    developer: 'The customer pasted a sign-in token in place of a code. It was not kept.',
  },
  code_is_link: {
    support: 'What the customer pasted is the sign-in link itself. Nothing was typed on the box.',
    next: 'Ask the customer to open the link, sign in there, and copy the code.',
    developer: 'The customer pasted the sign-in link in place of a code. They can paste the code.',
  },
  code_from_other_link: {
    support: 'The state in the pasted code does not match the current link. Nothing was typed on the box.',
    next: 'Ask the customer to close older sign-in tabs and use the link that is shown now.',
    developer: "The customer's code belongs to an earlier link. They can sign in with the one on their page.",
  },
  key_incomplete: {
    support: 'What was pasted begins as a key does, or is shorter than any key. Nothing was done with it.',
    next: 'Ask the customer to use the Copy button where the key is shown.',
    developer: 'What was given is only part of a key. It can be given again.',
  },
  key_malformed: {
    support: 'What was pasted has a form that no key of this provider has. Nothing was done with it.',
    next: 'Ask the customer for the provider that they have a key of, and to copy it again there.',
    developer: 'What was given is not a key of this provider. It can be given again.',
  },
  key_in_pieces: {
    support:
      'What was pasted may be one key in pieces, or a key and something else. Nothing was done with it.',
    next: 'Ask the customer to use the Copy button where the key is shown.',
    developer: 'What was given is a key in pieces, or a key and something else. Give it in one piece.',
  },
  key_several: {
    support: 'What was pasted holds several keys. Nothing was done with them.',
    next: 'Ask the customer to paste one at a time.',
    developer: 'What was given holds several keys. Give one at a time.',
  },
  key_of_other_provider: {
    support:
      'What was pasted is a key of another provider than the one that was chosen. Nothing was done with it.',
    next: 'Ask the customer to choose the provider whose key it is.',
    developer: 'What was given is a key of another provider. Start with that provider.',
  },
  key_is_token: {
    support: 'What was pasted is a token or a session of a sign-in. It was not kept.',
    next: 'Ask the customer to make an API key, or to connect by signing in; and to revoke the token if others have seen it.',
    developer: 'What was given is a sign-in token, not an API key. It was not kept.',
  },
  key_is_admin: {
    support: 'What was pasted is a key for the administration of an organisation. It was not kept.',
    next: 'Ask the customer to make an ordinary API key, and to revoke the admin key if others have seen it.',
    developer: 'What was given is an admin key, with which no turn can be made. It was not kept.',
  },
  key_is_code: {
    support: 'What was pasted is a sign-in code (CODE#STATE). Nothing was done with it.',
    next: 'Ask the customer whether they want to sign in or to bring a key.',
    developer: 'What was given is a sign-in code, not an API key.',
  },
  key_is_link: {
    support: 'What was pasted is a link. Nothing was done with it.',
    next: 'Ask the customer to open the link and to copy the key.',
    developer: 'What was given is a link, not an API key.',
  },
  key_is_masked: {
    support: 'What was pasted is a key as lists show it, with dots in place of its middle.',
    next: 'Ask the customer to make a new key, and to copy it before closing the window.',
    developer: 'What was given is the shortened form of a key, as lists show it.',
  },
  code_input_ended: {
    support: 'The input ended before a code was entered.',
    next: 'Run it again and paste the code, or send it as a line on standard input.',
    developer: 'The input ended before a code was given.',
  },
  code_rejected: {
    support: 'Anthropic refused the code: incomplete, expired, used before, or from an earlier link.',
    next: 'The customer can continue at once with the fresh link.',
    developer: "Anthropic refused the customer's code. They can go on with the fresh link on their page.",
  },
  too_many_rejected_codes: {
    support: 'Too many codes were refused in one handshake.',
    next: 'Check with the customer which account and which browser they sign in with, then re-run.',
    developer: "Anthropic refused several of the customer's codes. Let them start again in a few minutes.",
  },
  anthropic_unreachable: {
    support: 'After the code was typed, the box got no answer from Anthropic.',
    next: 'On the box, check that platform.claude.com:443 can be reached (DNS, firewall, proxy), then re-run.',
    developer: 'The box got no answer from Anthropic. Check that it can reach platform.claude.com:443.',
  },
  anthropic_error: {
    support: "Anthropic's token endpoint answered with an error of its own (429 or 5xx).",
    next: "Check Anthropic's status page; the customer can continue with the fresh link.",
    developer:
      'Anthropic answered with an error of its own. The customer can go on with the fresh link on their page.',
  },
  anthropic_forbidden: {
    support: "Anthropic's token endpoint answered 403: the box's address or region is refused.",
    next: 'Check the region and the public address of the box; another address may be needed.',
    developer: "Anthropic refuses the box's address or region. The box may need another address.",
  },
  account_on_hold: {
    support: "Anthropic says that the customer's account is on hold.",
    next: 'The customer can read why, and appeal, at https://claude.ai/restricted. In the meantime another account can be connected.',
    developer: "Anthropic has put the customer's account on hold. Only the customer can appeal.",
  },
  organization_refused: {
    support:
      "The customer's organization, or the settings of the box, do not let this account use Claude Code here.",
    next: 'The required organization is named below. Have the customer choose it when they sign in, or ask its administrator; then re-run.',
    developer:
      "The customer's organization does not allow this sign-in. The customer needs another account, or its administrator.",
  },
  token_incomplete: {
    support: 'The token on the screen could not be read with certainty from its first to its last character.',
    next: 'Re-run. If it happens again, report the redacted screen with the version of `claude`.',
    developer: 'The sign-in could not be read from the box with certainty. Let the customer start again.',
  },
  openclaw_refused_token: {
    support: '`openclaw models auth paste-token` did not confirm that it stored the token.',
    next: 'Read the screen below. Then re-run.',
    developer: 'OpenClaw did not confirm that it stored the sign-in. Let the customer try again.',
  },
  openclaw_failed: {
    support: 'An `openclaw` command on the box failed.',
    next: 'Read what it printed below; `openclaw doctor` on the box often says why.',
    developer: 'An `openclaw` command failed on the box. `openclaw doctor` there often says why.',
  },
  model_not_offered: {
    support: "The model is not among those that the box's OpenClaw offers.",
    next: 'Choose one of those listed below: `model` of the box in the inventory, --model on the command line; or update OpenClaw.',
    developer:
      'OpenClaw on the box does not offer the model that is set for it. Choose another, or update OpenClaw.',
  },
  credential_overridden: {
    support:
      'A key of OpenClaw’s configuration answers in the place of any stored credential, or a variable in the place of Claude Code’s login.',
    next: 'Have it put right where the console offers it (Do it now on the customer’s page). By hand: look at `openclaw config get models.providers`: an entry of the provider with `auth` "api-key" wins, and so does one whose `apiKey` names a variable (2026.9.6 with a gateway). Remove both, or the variable that is named, then re-run.',
    developer:
      'A key of OpenClaw’s configuration, or an environment variable, takes precedence over the credential. Remove it.',
  },
  credential_not_effective: {
    support: 'OpenClaw has the token, but says that it would use another credential or that one is missing.',
    next: 'Run `openclaw models status` on the box and read which credential is effective.',
    developer:
      'OpenClaw has the sign-in but would use another credential. `openclaw models status` on the box says which.',
  },
  credential_in_cooldown: {
    support: 'OpenClaw has put the profile in a cooldown, or disabled it, after earlier failures.',
    next: 'Wait until the time named below, then re-run; or have it cleared (Do it now on the customer’s page in the console, where the vault has a copy).',
    developer: 'OpenClaw has paused the sign-in after earlier failures. Let the customer try again later.',
  },
  credential_expired: {
    support: 'The credential has reached the end of the time for which it was given.',
    next: 'Let the customer connect again. The old credential is taken out once the new one is proved.',
    developer: 'The credential has expired. Let the customer connect again.',
  },
  credential_missing: {
    support:
      'OpenClaw no longer lists the profile under which this credential was stored: it was removed, or its store or configuration replaced.',
    next: 'Run `openclaw models status` on the box. If the vault has a copy, have it put back: Do it now on the customer’s page in the console, or `keyferry vault restore <customer>`. Otherwise let the customer connect again.',
    developer: 'The credential is no longer on the box. Let the customer connect again.',
  },
  credential_replaced: {
    support:
      'Under the profile in which this credential was stored OpenClaw now holds another one, with other last characters. Somebody has put it there, by `openclaw models auth paste-token` for one, which uses the same name.',
    next: 'It answers the chats, and what is known of this connection (its end, its copy in the vault) is of the one before. Let the customer connect again, with the one that they want to use.',
    developer:
      'Another credential has taken its place on the box. Let the customer connect again, with the one that they want to use.',
  },
  model_moved: {
    support:
      "OpenClaw's default model, or the default agent's own, is of a provider for which the customer has no connection on this box, so this credential is not used.",
    next: 'Ask the customer whether they changed it. If not, have it put back: Do it now on the customer’s page in the console, or `keyferry fleet repair <id>` (`keyferry fleet repairs --customer <customer>` lists it).',
    developer: "The box's default model is another provider's. The customer can choose one on their page.",
  },
  gateway_down: {
    support: "A unit for OpenClaw's gateway is enabled and does not run, and no other gateway does.",
    next: 'Read `openclaw gateway status` and `journalctl --user -u openclaw-gateway` on the box, then start it.',
    developer: "OpenClaw's gateway does not run on the box. Start it there.",
  },
  gateway_refuses: {
    support:
      'The credential answers by itself, but a turn through the gateway was refused each time: by the gateway itself, or by the provider for what the gateway sent.',
    next: 'Run `openclaw secrets reload` on the box, or restart the gateway; then test the connection again. If it is still refused, read `openclaw models auth order get` and the log of the gateway.',
    developer: "OpenClaw's gateway on the box runs and refuses every turn. Restart it there.",
  },
  gateway_other_store: {
    support:
      'The gateway runs with a state directory of its own (see its unit), in which this credential is not stored.',
    next: "Correct OPENCLAW_STATE_DIR, OPENCLAW_HOME or HOME in the gateway's unit and restart it, or let the customer connect again.",
    developer: 'The gateway on the box runs with another state directory than the credential is in.',
  },
  store_unreadable: {
    support: 'OpenClaw cannot read its own store: its database or file of credentials is damaged.',
    next: 'Run `openclaw doctor` on the box, and restore ~/.openclaw from a backup; then let the customer connect again.',
    developer: "OpenClaw's store on the box is damaged. Repair it, then let the customer connect again.",
  },
  claude_logged_out: {
    support:
      'Claude Code on the box is signed out, and OpenClaw finds no login of its own to run models with.',
    next: 'Run `claude auth status` on the box as this user; let the customer connect again.',
    developer: 'The Claude login on the box is gone. Let the customer connect again.',
  },
  profile_not_removed: {
    support: 'OpenClaw was asked to remove the profile of a connection, and still names it.',
    next: 'Look at `openclaw models status` and `openclaw models auth list` on the box, then disconnect again.',
    developer:
      'OpenClaw on the box still names the profile after it was asked to remove it. Disconnect again; if it continues, look at the box.',
  },
  profile_not_separable: {
    support:
      "The box's OpenClaw can only remove all profiles of a provider at once, and it has others that are not Keyferry's. Nothing was removed.",
    next: 'Update OpenClaw on the box, then disconnect again; or remove the profile by hand.',
    developer:
      "OpenClaw on the box can only remove all profiles of the provider at once, and some are not Keyferry's. Nothing was removed: update OpenClaw, then disconnect again.",
  },
  session_pinned: {
    support:
      'Sessions on the box are pinned to another model or credential and do not follow the new default.',
    next: 'In those chats, choose the model again (`/model`), or start new chats.',
    developer:
      'Some chats on the box are pinned to another model. The customer chooses the model again in those.',
  },
  turn_failed: {
    support:
      'One real turn with the new credential got no certain answer, and what was printed does not say why. The credential was taken out again.',
    next: 'Read what it printed below, then re-run.',
    developer:
      'One real turn with the new credential got no certain answer. Let the customer try again; if it continues, look at the box.',
  },
  key_rejected: {
    support: 'The provider refused this credential as one that it does not know (401).',
    next: 'Let the customer check that the whole key was copied, and that it is one of this provider; otherwise they create another one, or sign in again.',
    developer:
      'The provider does not know this key or sign-in. Let the customer enter the key again or another one, or sign in again.',
  },
  key_revoked: {
    support: 'The provider says that this credential was revoked, disabled or has expired.',
    next: 'Let the customer create another key and connect with that, or sign in again.',
    developer:
      'The key or sign-in was revoked or has expired. Let the customer enter another key, or sign in again.',
  },
  key_no_credit: {
    support:
      'The provider knows this credential, and says that its account has no credit or has reached a spending limit.',
    next: "Let the customer add credit or raise the limit in the provider's console (with a subscription: wait until its limit is over), then re-run, or test the connection that there is: no look sees it; the same key can be used.",
    developer:
      'The key or sign-in works, but its account has no credit left or has reached a limit. Let the customer see to it at the provider, then try again.',
  },
  key_no_access: {
    support: 'The provider knows this credential, and does not let it use this model (403 or 404).',
    next: "Read what it said below: the key's permissions or project may leave the model out, or the account may have no access to it. Let the customer change that, or choose another model.",
    developer:
      'The key or sign-in may not use this model. Let the customer get access, or ask for another model.',
  },
  region_refused: {
    support: "The provider refuses requests from the box's region or address, whatever the credential.",
    next: "Compare the box's region with the provider's list of supported countries. The credential is fine elsewhere.",
    developer:
      "The provider refuses the box's region or address. The customer's credential is not the cause.",
  },
  provider_rate_limited: {
    support:
      'The provider limits requests with this credential at the moment (429), which says nothing about its validity.',
    next: 'Re-run in a few minutes. If it continues, other programs may use the same key or subscription, or its account has very low limits.',
    developer:
      'The provider answered 429. The key or sign-in may well be right: let the customer try again in a few minutes.',
  },
  provider_down: {
    support: 'The provider failed to answer (a 5xx status, or a connection that it cut).',
    next: "Look at the provider's status page, then re-run. The credential was neither accepted nor refused.",
    developer: 'The provider is having trouble. Let the customer try again in a few minutes.',
  },
  provider_no_answer: {
    support:
      'No answer came from the provider: it could not be reached from the box, or was silent until we stopped waiting.',
    next: "Check the box's way out to the provider's host (name, proxy, firewall), then re-run. The credential was neither accepted nor refused.",
    developer:
      "The box got no answer from the provider. Let the customer try again; if it continues, check the box's way out to it.",
  },
  endpoint_no_answer: {
    support:
      "No answer came from the customer's own address: it could not be reached from the box, or was silent until we stopped waiting.",
    next: "Read what it said below, and check from the box whether the address answers (name, port, firewall, a machine that is off). Keyferry's own machines never ask it.",
    developer:
      "Nothing answered the box at the customer's own address. Let the customer check it, and that it can be reached from their box.",
  },
  endpoint_not_api: {
    support:
      "What answers at the customer's own address has nothing where the chosen protocol expects it (404 or 405).",
    next: 'Let the customer check the end of the address (most OpenAI-compatible ones end in /v1, Anthropic-compatible ones and Ollama in none) and the protocol.',
    developer:
      "Something answers at the customer's own address, but not this protocol. Let the customer check the end of the address and the protocol.",
  },
  endpoint_no_model: {
    support: "What answers at the customer's own address does not know the first of the models.",
    next: 'Let the customer compare it with the list of models there (`ollama list`, GET /v1/models).',
    developer:
      "The customer's own address does not have the first of the models. Let the customer check its name.",
  },
  profiles_used_up: {
    support:
      "OpenClaw holds a profile under each of the 99 names that Keyferry stores this provider's credentials under.",
    next: 'Look at `openclaw models auth list` on the box, remove those that are not in use, then re-run.',
    developer: 'The box holds too many old credentials of this provider. Tell the operator of Keyferry.',
  },
  deadline_exceeded: {
    support: 'The phase did not finish before its deadline.',
    next: "Read the screen below, check the box's load and memory, then re-run.",
    developer:
      'A phase of the handshake took too long. Let the customer try again; if it continues, look at the load of the box.',
  },
  cancelled: {
    support: 'The handshake was cancelled.',
    next: 'Start again whenever you like.',
    developer: 'The handshake was cancelled. The customer can start again at any time.',
  },
  internal_error: {
    support: 'A defect in Keyferry.',
    next: 'Report it with the text below.',
    developer: 'A defect in Keyferry. Report it to its operator with the time of the request.',
  },
  vault_unavailable: {
    support:
      'The vault could not be used: AWS KMS or the database does not answer, is throttling or failing. No credential was opened.',
    next: "Check AWS's status page and the network from the worker to AWS KMS and to the database, then try again. Copies that are owed are written by themselves.",
    developer: "Keyferry's vault does not answer. Nothing was changed; try again in a few minutes.",
  },
  vault_denied: {
    support:
      'AWS KMS refused the worker: its credentials, what its role may do, or the key, which is disabled or gone. No credential was opened.',
    next: 'Compare the worker’s role with the policy in docs/vault.md, and look at the key of VAULT_KMS_KEY in AWS; then try again.',
    developer: 'AWS refuses Keyferry the key of its vault. Its operator has to correct that.',
  },
  vault_unreadable: {
    support:
      "The vault's copy does not open: it is wrapped with a key that is not configured, damaged, or belongs to another connection.",
    next: 'See with `keyferry vault status` which keys wrap copies, and add a missing one to VAULT_KEYS or VAULT_KMS_KEY. If none is missing, the customer has to connect again.',
    developer: 'The copy of this credential does not open. Let the customer connect again.',
  },
  vault_no_copy: {
    support: 'The vault has no copy of this credential.',
    next: 'Let the customer connect again; docs/vault.md says when there is no copy.',
    developer: 'Keyferry has no copy of this credential. Let the customer connect again.',
  },
  input_invalid: {
    support: 'The request is not one that the API accepts.',
    next: 'Compare it with the OpenAPI document (/api/v1/openapi.json).',
    developer: 'The request breaks a rule of this operation; `errors` names each field and its rule.',
  },
  not_signed_in: {
    support: 'There is no session, or it has ended.',
    next: 'Send the customer back to the platform, or make a connect link on their page in the console.',
  },
  cookies_blocked: {
    support: 'The browser did not keep the cookie of the session that had just started.',
    next: 'Allow cookies for this site in that browser, or use another browser; then sign in again.',
  },
  api_key_refused: {
    support: 'The API key is missing, or is not one of API_KEYS.',
    next: 'Send `Authorization: Bearer <key>` with a key of API_KEYS.',
    developer: "The API key is missing or not one of Keyferry's. Send `Authorization: Bearer <key>`.",
  },
  operator_not_signed_in: {
    support: 'Nobody is signed in to the console here, or the session has ended.',
    next: 'Sign in again.',
  },
  sign_in_refused: {
    support:
      'The name and password are not those of an operator, or the identity provider gives this person no role.',
    next: 'Check the file of operators (keyferry operator add) or OIDC_ROLES.',
  },
  role_refused: {
    support: 'The operator’s role does not allow this; the attempt is in the audit log.',
    next: 'Ask an admin to do it, or ask for another role.',
  },
  view_only: {
    support: "An operator who was viewing a customer's page tried to act there.",
    next: 'Re-run or cancel in the console instead.',
  },
  origin_refused: {
    support: 'The request came from another origin, or lacked this session’s token against forgery.',
    next: 'Look for a proxy that changes Host or Origin; if there is none, somebody tried to forge a request.',
  },
  box_exists: {
    support: 'This customer has a box of that name.',
    next: 'Change it (PUT), or choose another name.',
    developer: 'This customer has a box of that name. Change it with PUT, or choose another name.',
  },
  box_is_default: {
    support: 'The box is the default among several, so handshakes would go to a box that nobody has chosen.',
    next: 'Make another box the default first (PUT with `default: true`).',
    developer: 'Make another box of this customer the default first, with PUT and `default: true`.',
  },
  too_many_boxes: {
    support: 'This customer has as many boxes as there may be.',
    next: 'Delete those that are no longer used.',
    developer: 'This customer has as many boxes as there may be (20). Delete those that are no longer used.',
  },
  host_key_not_fetched: {
    support: 'The box has not shown a host key with that fingerprint when its keys were fetched.',
    next: 'Read the box again: the keys may have been fetched once more, or its address has changed.',
    developer:
      'The box has shown no host key with that fingerprint. Read the box again, or fetch its keys again.',
  },
  not_here: {
    support: 'No such address, or not on this host.',
    next: 'Check the address and the subdomain.',
    developer:
      'There is nothing at this address: no such path on this host, or nothing with this name or id.',
  },
  link_used: {
    support: 'A connect link works once, and only for a few minutes.',
    next: 'Send the customer back to the platform, or make a connect link on their page in the console.',
  },
  hand_over_used: {
    support:
      'A hand-over to another device works once, in one browser, and only for two minutes; or somebody has ended it.',
    next: 'Have the customer begin again on the first device. The audit log says who opened it, and from where.',
  },
  hand_over_handed: {
    support: 'A session that was handed over is not handed on.',
    next: 'Have the customer use the device that the connect link was opened on, or a new connect link.',
  },
  not_waiting: {
    support: 'The handshake is not waiting for a code.',
    next: 'Nothing if it continues; otherwise start again.',
  },
  handshake_under_way: {
    support: 'A handshake of this customer is under way, so their connection is not removed now.',
    next: 'Disconnect again once the handshake has ended.',
    developer: 'A handshake of this customer is under way. Disconnect once it has ended.',
  },
  disconnect_under_way: {
    support: 'A connection of this customer is being removed from the box, so no handshake can start.',
    next: 'Start again once the connection is gone.',
    developer: 'A connection of this customer is being removed. Start again once it is gone.',
  },
  body_too_large: {
    support: 'The body of the request is longer than the API accepts.',
    next: 'Nothing.',
    developer: 'The body is longer than 16 KiB.',
  },
  too_many_requests: {
    support: 'A rate limit was reached; Retry-After says for how long.',
    next: 'If it continues, find out from the log who is asking.',
    developer:
      'Too many requests with this API key, or too many wrong keys from this network. Wait as long as `Retry-After` says.',
  },
  method_not_offered: {
    support: 'METHODS or KEY_PROVIDERS does not include what was asked for.',
    next: 'If customers should be able to connect like that, add it to the configuration of the api.',
    developer:
      'METHODS or KEY_PROVIDERS does not include this provider and method. GET /api/v1/providers lists what they do.',
  },
  not_in_plan: {
    support: "PLANS does not include what was asked for in this customer's plan.",
    next: 'If it should, change their plan over the API, or PLANS.',
    developer: "This customer's plan does not include this provider and method (PLANS).",
  },
  endpoint_unfit: {
    support:
      'The provider wants an address of the customer’s own, a key, or both, and was given something else.',
    next: 'Compare what was sent with `asks` of GET /api/v1/providers; `api` must be one of the provider’s protocols.',
    developer:
      'Send what the provider `asks` for: `endpoint` (with `api` one of its protocols), `key` or `sealed`, and nothing else.',
  },
  key_needed_again: {
    support:
      'An API key is kept only until its handshake is over, so that only the customer can start this one again.',
    next: 'Ask the customer to enter the key again on their page.',
    developer: 'The key is no longer there. Send it again.',
  },
  order_incomplete: {
    support: 'The order that was asked for is not made of all the connections of one provider on one box.',
    next: "Look at the customer's connections; somebody may have added or removed one at the same time.",
    developer: 'Name all current connections of one provider on one box, each once.',
  },
  change_under_way: {
    support:
      'Something else that was asked of this customer’s boxes is being done there: an order, a default model, a test, a removal, a repair, a restore, or a run over the fleet.',
    next: 'Nothing, as a rule: it takes a minute or two. If it stays, look at what the workers do with the box.',
    developer: 'Something else is under way on this customer’s boxes. Ask again once it has ended.',
  },
  queue_full: {
    support: 'As many handshakes wait for a worker as QUEUE_LIMIT allows.',
    next: 'Check that the workers are ready (/readyz) and take handshakes; if they are, start more or raise CONCURRENCY.',
    developer: 'As many handshakes wait as Keyferry takes. Try again after `Retry-After`.',
  },
  box_paused: {
    support:
      "Within the last ten minutes, output from this customer's box kept a worker from all other work (`worker_blocked`). Until the ten minutes are over, only an operator can start a handshake for it.",
    next: 'Find out what runs as `claude` and `openclaw` on the box. Re-run in the console once that is fixed.',
  },
  look_late: {
    support: 'No worker was free in time to examine the box.',
    next: 'Check that the workers are ready (/readyz), then try again.',
    developer: 'No worker was free in time to examine the box. Try again in a minute.',
  },
  platform_key_missing: {
    support: "The platform's own key for this customer could not be had from where PLATFORM_PROVIDER says.",
    next: 'Check that file or address for this customer, then run `keyferry fallback set`.',
    developer: "The platform's key for this customer could not be read from where PLATFORM_PROVIDER says.",
  },
  service_unavailable: {
    support:
      'Redis or the database does not answer, or accepts no writes: it is full, a read-only replica, or not up to this version.',
    next: 'Check both and the network to them; /readyz shows what they say, and when they work again.',
    developer:
      "One of Keyferry's stores does not answer or takes no writes. Nothing was done, or it is not certain that it was; try again after `Retry-After`.",
  },
  history_unavailable: {
    support:
      'The database does not answer, so what has ended is missing here, except for the newest; what is under way goes on, and is recorded later.',
    next: 'Check the database and the network to it; /readyz shows what it says, and when it works again.',
    developer: 'The record cannot be read right now. Ask again in a minute.',
  },
  usage_capped: {
    support:
      'A limit of use that the platform has set is reached. Where it says so, the credential or the platform’s own models are out of use on the box until the day or month (UTC) is over; nothing is wrong with the connection.',
    next: 'Nothing, or raise the limit (`PUT /api/v1/customers/<customer>/limits`): workers then put back within a minute what is out of use.',
    developer: 'A limit of use is reached. Raise it, or wait until its day or month (UTC) is over.',
  },
  usage_unusual: {
    support:
      'On one day far more tokens were used than on the two weeks of days before it: over three times the median, and far beyond how those days differ.',
    next: 'Look at the customer’s usage by model. Ask them whether it was them; if not, have them revoke the credential at its provider.',
    developer: 'Far more was used on one day than on the two weeks before it.',
  },
  fallback_in_use: {
    support:
      'The platform’s own models have answered a customer who has connected a credential of their own, more often on one day than FALLBACK_TURNS.',
    next: 'Test the connection: its credential may be refused, in a cooldown, or not first. A session that is pinned to the platform’s model asks that one.',
    developer: 'The platform’s own models answer instead of the customer’s credential. Test the connection.',
  },
};
