import type { Finding, FindingId } from '../report.ts';

/** Why each thing matters for a handshake, a sentence or two. */
const WHY = {
  ssh: 'Everything is done over SSH, and nothing is sent to a box that does not show the pinned host key.',
  shell: 'Keyferry examines the box with plain POSIX shell.',
  claude: "The sign-in is made by the box's own `claude setup-token`.",
  openclaw: 'OpenClaw stores the token and uses it.',
  node: 'OpenClaw and older releases of Claude Code run on Node; if it is too old, they exit at once.',
  methods:
    'Customers connect in the ways that the platform offers (METHODS), and not every version of the programs can do all of them.',
  settings: 'Claude Code reads its own files before it signs anybody in, and does what they say.',
  memory:
    'OpenClaw needs about 400 MB for each command and Claude Code about 300 MB; if there is not enough, the kernel kills them.',
  disk: 'OpenClaw stores the token on the disk, and both programs write there while they run.',
  home: "OpenClaw stores the token in this user's home.",
  avx: 'Claude Code’s native program needs AVX: without it, it hangs or exits during start-up.',
  clock: 'Certificates and sign-ins are valid for a limited time, which the box measures by its own clock.',
  tmux: 'tmux keeps the sign-in alive on the box when the worker goes away; without it the customer would have to start over with a fresh link.',
  sshd: 'A handshake opens several sessions on one SSH connection.',
  egress: 'The box itself talks to Anthropic.',
  variables:
    'Claude Code takes such a variable before its own login, OpenClaw where nothing is stored for the provider; an address in one sends both to another host.',
  gateway: "The gateway is what answers the customer's chats. The handshake itself does not need it.",
  store:
    "The gateway's settings decide where it looks for sign-ins; a sign-in that is stored elsewhere is not used by any chat.",
  credential: "OpenClaw has to use the customer's sign-in, and no other credential.",
  cooldown: 'OpenClaw does not use a profile while it is in a cooldown after earlier failures.',
  models:
    'A handshake chooses a default model from those that OpenClaw lists. If OPENCLAW_GATEWAY_PORT is set, OpenClaw asks the gateway for the list and fails without it; otherwise it makes the list itself.',
  model: "A default model of another provider leaves the customer's sign-in unused.",
} as const;

type Remedy = Pick<Finding, 'fix' | 'error'>;

/** A finding with the reason why it matters. */
export function finding(
  id: FindingId,
  status: Finding['status'],
  seen: string,
  remedy: Remedy = {},
): Finding {
  const kind = id.split('.')[0] as keyof typeof WHY;
  return { id, status, seen, why: WHY[kind], ...remedy };
}
