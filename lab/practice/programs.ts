import { accessSync, chmodSync, constants, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quote } from '../../worker/transports/shell.ts';

export interface PracticeStyles {
  /** Version of Claude Code to be like: 1.0.64, 2.0.42, 2.1.36, 2.1.197 or 2.1.330 (default). */
  claude?: string;
  /** Version of OpenClaw to be like: 2026.4.15 or 2026.9.6 (default). */
  openclaw?: string;
  /** Base URL of the stand-in for Anthropic; without it the box's HTTPS_PROXY is taken. */
  anthropic?: string;
  /** How long the programs pretend to work, in milliseconds; default 30. */
  delayMs?: number;
}

/** Simulated `claude` and `openclaw`, as scripts to put on a box. */
export interface PracticePrograms {
  claude: { script: string };
  openclaw: { script: string };
  /** Removes the copy that the scripts run. */
  remove(): void;
}

/** The two entry points; everything that they import lies beside them. */
const ENTRIES = {
  claude: new URL('./claude.mjs', import.meta.url),
  openclaw: new URL('./openclaw.mjs', import.meta.url),
};

/** Copies the simulated programs to where every user of this machine can run them, and makes scripts for a box. */
export function practicePrograms({
  claude = '2.1.330',
  openclaw = '2026.9.6',
  anthropic,
  delayMs = 30,
}: PracticeStyles = {}): PracticePrograms {
  // Named like a lab, so that one which was killed outright is swept away by the next.
  const directory = mkdtempSync(join(tmpdir(), `keyferry-lab-${process.pid}-`));
  cpSync(dirname(fileURLToPath(ENTRIES.claude)), directory, { recursive: true });
  chmodSync(directory, 0o755);
  const node = reachableNode(directory);
  const script = (entry: URL, style: string) => {
    const variables = {
      KEYFERRY_PRACTICE_STYLE: style,
      KEYFERRY_PRACTICE_DELAY_MS: String(delayMs),
      ...(anthropic === undefined ? {} : { KEYFERRY_PRACTICE_ANTHROPIC: anthropic }),
    };
    // What the box's user has set wins, so that a test can change one program of one box.
    const settings = Object.entries(variables).map(
      ([name, value]) => `: "\${${name}:=${value}}"; export ${name}`,
    );
    const path = join(directory, fileURLToPath(entry).split(sep).at(-1) ?? '');
    return {
      script: `#!/bin/sh\n# Simulated by Keyferry.\n${settings.join('\n')}\nexec ${quote(node)} ${quote(path)} "$@"\n`,
    };
  };
  return {
    claude: script(ENTRIES.claude, claude),
    openclaw: script(ENTRIES.openclaw, openclaw),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** This Node, or a copy of it where another user cannot get at it (nvm in root's home). */
function reachableNode(directory: string): string {
  const steps = process.execPath.split(sep).map((_, index, all) => all.slice(0, index + 1).join(sep) || sep);
  if (steps.every((step) => (statSync(step).mode & constants.S_IXOTH) !== 0)) return process.execPath;
  const copy = join(directory, 'node');
  cpSync(process.execPath, copy);
  chmodSync(copy, 0o755);
  accessSync(copy, constants.X_OK);
  return copy;
}
