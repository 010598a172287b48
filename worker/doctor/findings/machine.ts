import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import { finding } from './why.ts';

const MB = 1024 * 1024;
/** Bytes that OpenClaw needs to start. */
const ONE_START = 400 * MB;
/** Bytes for OpenClaw beside Claude Code, as a handshake runs them. */
const BOTH = 700 * MB;
/** A machine sold with 2 GB shows a little less. */
const SMALL = 1_900 * MB;
/** With less, neither program can write what it has to. */
const DISK_LEAST = 20 * MB;
const DISK_GOOD = 1_024 * MB;
/** Sessions that a handshake can have open at once: two terminals, a command and the clean-up. */
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
  const fix = 'Stop what uses the memory, add swap (keyferry prepare), or use a larger box.';
  if (room < ONE_START) return [finding('memory', 'blocks', seen, { fix, error: 'memory_short' })];
  if (room < BOTH) return [finding('memory', 'warning', seen, { fix })];
  if (total < SMALL && swapTotal === 0)
    return [
      finding('memory', 'warning', `${seen} That is under 2 GB; installing or updating needs more.`, {
        fix: 'keyferry prepare adds a swap file.',
      }),
    ];
  return [finding('memory', 'ok', seen)];
}

function diskFindings({ diskFree }: Facts): Finding[] {
  if (diskFree === undefined) return [];
  const seen = `${megabytes(diskFree)} free on the disk that holds the home directory.`;
  const fix = 'Free some space (old logs, `npm cache clean --force`), or enlarge the disk.';
  if (diskFree < DISK_LEAST) return [finding('disk', 'blocks', seen, { fix, error: 'disk_full' })];
  return [diskFree < DISK_GOOD ? finding('disk', 'warning', seen, { fix }) : finding('disk', 'ok', seen)];
}

/**
 * Seen with 2026.9.6 and 2.1.330: without the home directory OpenClaw does not start; without ~/.openclaw it can store nothing.
 * A file in there that belongs to somebody else is replaced, and Claude Code shows its link without ~/.claude.
 */
const NEEDED = new Set(['~', '~/.openclaw']);

function homeFinding({ unwritable }: Facts): Finding {
  if (unwritable.length === 0)
    return finding('home', 'ok', 'This user may write everything that the programs write.');
  const blocks = unwritable.some((place) => NEEDED.has(place));
  return finding('home', blocks ? 'blocks' : 'warning', `This user may not write ${unwritable.join(', ')}.`, {
    fix: 'Make this user its owner (`sudo chown -R "$USER"`); running one of the programs with sudo even once makes root the owner.',
    error: 'home_unwritable',
  });
}

/** Other processors have no AVX and need none. */
function avxFindings({ machine, avx, claude }: Facts): Finding[] {
  if (machine !== 'x86_64' || avx === undefined) return [];
  if (avx) return [finding('avx', 'ok', 'The processor has AVX.')];
  const native = claude?.runs === 'native';
  const fix = 'Move the box to a machine with AVX, or have its hypervisor expose it.';
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

/** If the file does not set it, sshd's own default of 10 is enough. */
function sshdFindings({ maxSessions }: Facts): Finding[] {
  if (maxSessions === undefined || maxSessions >= SESSIONS) return [];
  return [
    finding(
      'sshd',
      'warning',
      `sshd allows ${maxSessions} sessions on one connection, so a handshake runs its steps one after the other and takes longer.`,
      {
        fix: `Set MaxSessions to ${SESSIONS} or more in /etc/ssh/sshd_config.`,
        error: 'channel_refused',
      },
    ),
  ];
}
