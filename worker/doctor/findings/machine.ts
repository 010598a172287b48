import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import { finding } from './why.ts';

const MB = 1024 * 1024;
/** Bytes that one start of OpenClaw takes. */
const ONE_START = 400 * MB;
/** Bytes for OpenClaw beside Claude Code, as a handshake runs them. */
const BOTH = 700 * MB;
/** A machine sold with 2 GB shows a little less. */
const SMALL = 1_900 * MB;
/** Neither program can write what it has to. */
const DISK_LEAST = 20 * MB;
const DISK_GOOD = 1_024 * MB;
/** Sessions that a handshake can have open at once: two terminals, a command, the clean-up. */
const SESSIONS = 4;

/** Memory, disk, processor, tmux, sshd. */
export function machineFindings(facts: Facts): Finding[] {
  return [
    ...memoryFindings(facts),
    ...diskFindings(facts),
    homeFinding(facts),
    ...avxFindings(facts),
    tmuxFinding(facts),
    ...sshdFindings(facts),
  ];
}

const megabytes = (bytes: number) =>
  bytes >= 10_000 * MB ? `${Math.round(bytes / 1024 / MB)} GB` : `${Math.round(bytes / MB)} MB`;

function memoryFindings({ memory }: Facts): Finding[] {
  if (!memory) return [];
  const { total, available, swapTotal, swapFree } = memory;
  const swap = swapTotal > 0 ? `${megabytes(swapFree)} of ${megabytes(swapTotal)} swap free` : 'no swap';
  const seen = `${megabytes(available)} of ${megabytes(total)} available, ${swap}.`;
  const room = available + swapFree;
  const fix = 'End what takes the memory, or add swap (keyferry prepare), or take a larger box.';
  if (room < ONE_START) return [finding('memory', 'blocks', seen, { fix, error: 'memory_short' })];
  if (room < BOTH) return [finding('memory', 'warning', seen, { fix })];
  if (total < SMALL && swapTotal === 0)
    return [
      finding('memory', 'warning', `${seen} That is under 2 GB, and installing or updating needs more.`, {
        fix: 'keyferry prepare adds a swap file.',
      }),
    ];
  return [finding('memory', 'ok', seen)];
}

function diskFindings({ diskFree }: Facts): Finding[] {
  if (diskFree === undefined) return [];
  const seen = `${megabytes(diskFree)} free where the home is.`;
  const fix = 'Free some space (old logs, `npm cache clean --force`), or enlarge the disk.';
  if (diskFree < DISK_LEAST) return [finding('disk', 'blocks', seen, { fix, error: 'disk_full' })];
  return [diskFree < DISK_GOOD ? finding('disk', 'warning', seen, { fix }) : finding('disk', 'ok', seen)];
}

/**
 * Seen with 2026.9.6 and 2.1.330: without the home OpenClaw does not start; without ~/.openclaw it can store nothing.
 * A file of another owner in there is replaced, and Claude Code shows its link without ~/.claude.
 */
const NEEDED = new Set(['~', '~/.openclaw']);

function homeFinding({ unwritable }: Facts): Finding {
  if (unwritable.length === 0) return finding('home', 'ok', 'This user may write what the programs write.');
  const blocks = unwritable.some((place) => NEEDED.has(place));
  return finding('home', blocks ? 'blocks' : 'warning', `This user may not write ${unwritable.join(', ')}.`, {
    fix: 'Give it to this user (`sudo chown -R "$USER"`); running a program with sudo once takes it away.',
    error: 'home_unwritable',
  });
}

/** Other processors have no AVX and need none. */
function avxFindings({ machine, avx, claude }: Facts): Finding[] {
  if (machine !== 'x86_64' || avx === undefined) return [];
  if (avx) return [finding('avx', 'ok', 'The processor has AVX.')];
  const native = claude?.runs === 'native';
  const fix = 'Move the box to a machine with AVX, or let its hypervisor pass it on.';
  return [
    finding('avx', native ? 'blocks' : 'warning', 'The processor has no AVX.', {
      fix,
      ...(native ? { error: 'claude_unfit' as const } : {}),
    }),
  ];
}

function tmuxFinding({ tmux }: Facts): Finding {
  if (tmux !== undefined) return finding('tmux', 'ok', `${tmux}.`);
  return finding('tmux', 'warning', 'There is no tmux.', {
    fix: 'keyferry prepare, or `sudo apt-get install tmux`.',
  });
}

/** Where the file does not name it, sshd's own default of 10 is enough. */
function sshdFindings({ maxSessions }: Facts): Finding[] {
  if (maxSessions === undefined || maxSessions >= SESSIONS) return [];
  return [
    finding(
      'sshd',
      'warning',
      `sshd allows ${maxSessions} sessions on one connection; a handshake goes one step after the other there, and takes longer.`,
      {
        fix: `Set MaxSessions to ${SESSIONS} or more in /etc/ssh/sshd_config.`,
        error: 'channel_refused',
      },
    ),
  ];
}
