import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { lastWords } from '../../../worker/boxes/last-words.ts';
import { readSurvey } from '../../../worker/boxes/survey.ts';
import { diagnose } from '../../../worker/doctor/doctor.ts';
import { readFacts } from '../../../worker/doctor/facts.ts';
import { readPreflight } from '../../../worker/doctor/preflight.ts';
import { readStatus } from '../../../worker/doctor/status.ts';
import { Holder } from '../../../worker/handshake/holder.ts';
import { readState } from '../../../worker/prepare/state.ts';
import { stepsFor } from '../../../worker/prepare/steps.ts';
import { findJson, isAnswered } from '../../../worker/programs/openclaw/models-status.ts';
import { Capture } from '../../../worker/transports/capture.ts';
import { KnownHosts } from '../../../worker/transports/known-hosts.ts';
import { codeOfSshMessage, lastLine, saysNoSsh } from '../../../worker/transports/ssh-errors.ts';
import type { BoxConnection, Pty } from '../../../worker/transports/transport.ts';
import { expected } from '../oracles/finding.ts';
import { readScreen } from './screen.ts';

/** Something that reads a text of a box's. */
export interface Reader {
  name: string;
  /** Characters that it is given at most: the bound that stands before it. */
  most: number;
  read(text: string): void | Promise<void>;
}

const KIB = 1024;
const TOKEN = `sk-ant-oat01-${'Zy9_w-Q4'.repeat(11)}abcdefg`;
const SPAN = { began: 1_795_000_000_300, ended: 1_795_000_004_900 };
/** What a script of ours says when all is well: so that all that is read behind it is read. */
const SAID = '@path /usr/bin\n@claude /c\n@openclaw /o\n@end ok\n@user u 1\n@store session w p - - -\n';

function knowing(): Redactor {
  const redactor = new Redactor();
  redactor.add(new Secret(TOKEN));
  return redactor;
}

/** Reads it, whichever row of the catalogue it ends in. */
function reading(read: () => void): void {
  try {
    read();
  } catch (thrown) {
    expected(thrown);
  }
}

/** A terminal that a holder keeps, of which the box sends little at a time. */
async function throughHolder(text: string): Promise<void> {
  const bytes = Buffer.from(text);
  let give = (_chunk: Uint8Array) => {};
  const pty = {
    onData: (listener: typeof give) => {
      give = listener;
    },
    write: () => undefined,
    exit: new Promise(() => {}),
  } as unknown as Pty;
  const connection = { openPty: async () => pty } as unknown as BoxConnection;
  const holder = new Holder(connection, { tmux: '/usr/bin/tmux', name: 'x', seconds: 1 });
  const limits = { signal: new AbortController().signal, timeoutMs: 60_000 };
  const held = await holder.open({ argv: ['claude'] }, { columns: 80, rows: 24 }, limits);
  held.onData(() => undefined);
  for (let at = 0; at < bytes.length; at += 16) give(bytes.subarray(at, at + 16));
}

/** Every reader of what a box prints, by what it reads. OpenClaw's answers as such: `answers.ts`. */
export const READERS: readonly Reader[] = [
  { name: 'redaction', most: 512 * KIB, read: (text) => void knowing().text(text) },
  {
    name: 'last words',
    most: 1024 * KIB,
    read: (text) => {
      const words = lastWords({ stdout: text, stderr: text }, knowing(), 2_000);
      new KeyferryError('openclaw_failed', { screen: words, detail: words });
    },
  },
  {
    name: 'survey',
    most: 64 * KIB,
    read: (text) => {
      reading(() => readSurvey(text, text));
      reading(() => readSurvey(SAID + text, ''));
    },
  },
  {
    name: 'preflight',
    most: 64 * KIB,
    read: (text) => {
      reading(() => readPreflight(text, text, SPAN, PROVIDERS.anthropic));
      reading(() => readPreflight(SAID + text, '', SPAN, PROVIDERS.anthropic));
    },
  },
  {
    name: 'doctor',
    most: 256 * KIB,
    read: (text) => {
      reading(() => diagnose(readFacts(text, text), readStatus({ stdout: text, stderr: text }), SPAN));
      reading(() => diagnose(readFacts(SAID + text), readStatus({ stdout: text, stderr: '' }), SPAN));
    },
  },
  {
    name: 'prepare',
    most: 64 * KIB,
    read: (text) => {
      reading(() => readState(text, text));
      reading(() => {
        const state = readState(SAID + text);
        for (const step of stepsFor({})) step.look(state);
      });
    },
  },
  {
    name: 'JSON',
    most: 1024 * KIB,
    read: (text) => void isAnswered(findJson(text), text, 'anthropic/x', PROVIDERS.anthropic),
  },
  {
    name: 'known_hosts',
    most: 256 * KIB,
    read: async (text) => void (await new KnownHosts(text).keysOf('box.example', 22)),
  },
  {
    name: "ssh's words",
    most: 64 * KIB,
    read: (text) => {
      codeOfSshMessage(text);
      saysNoSsh(text);
      lastLine(text);
    },
  },
  // Whatever stands before the program's own output comes in pieces of the box's choosing.
  ...[1, 1_460].map((size) => ({
    name: `output in pieces of ${size}`,
    most: 256 * KIB,
    read: (text: string) => {
      const bytes = Buffer.from(text);
      for (const ready of [undefined, { mark: 'keyferry-ready-size', seen: () => undefined }]) {
        const capture = new Capture({ maxBytes: bytes.length, ready });
        for (let at = 0; at < bytes.length; at += size) capture.push(bytes.subarray(at, at + size));
        capture.end();
        capture.text();
      }
    },
  })),
  { name: 'holder', most: 256 * KIB, read: throughHolder },
  { name: 'terminal', most: 512 * KIB, read: readScreen },
];
