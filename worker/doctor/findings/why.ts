import type { Finding, FindingId } from '../report.ts';

/** Why each thing matters for a handshake, a sentence or two. */
const WHY = {
  ssh: 'Everything is done over SSH, and nothing is sent to a box whose host key is not the pinned one.',
  shell: 'Keyferry runs plain POSIX shell on the box to look around.',
  claude: "The box's own `claude setup-token` makes the sign-in.",
  openclaw: 'OpenClaw stores the token and uses it.',
  node: 'OpenClaw and older releases of Claude Code run on Node; on one that is too old they end at once.',
  settings: 'Claude Code reads its own files before it signs anybody in, and holds to what they say.',
  memory:
    'OpenClaw takes about 400 MB for each command and Claude Code some 300 MB; without room the kernel ends them.',
  disk: 'OpenClaw stores the token on the disk, and both programs write there while they run.',
  home: "OpenClaw stores the token in this user's home.",
  avx: 'Claude Code as a native program needs AVX: without it, it hangs or ends while it starts.',
  clock: 'Certificates and sign-ins are good for a time, and the box judges that by its own clock.',
  tmux: 'tmux keeps the sign-in alive on the box when the worker goes away; without it the customer gets a fresh link.',
  sshd: 'A handshake opens several sessions on one SSH connection.',
  egress: 'The box itself talks to Anthropic.',
  variables: "Such a variable can win over the customer's sign-in, or send it to another host.",
  gateway: "The gateway is what answers the customer's chats. The handshake itself does not need it.",
  store:
    "What the gateway runs with decides where it looks for sign-ins; one that is stored elsewhere is used by nobody's chats.",
  credential: "OpenClaw has to use the customer's sign-in, and no other credential.",
  cooldown: 'OpenClaw does not use a profile while it keeps it in a cooldown after earlier failures.',
  models:
    'A handshake chooses a default model among those that OpenClaw lists. With OPENCLAW_GATEWAY_PORT set OpenClaw asks the gateway for them and fails without it; otherwise it looks itself.',
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
