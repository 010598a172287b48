import { readdirSync, readFileSync } from 'node:fs';

/** What a program printed, byte for byte, before anything happens to it. */
export interface Base {
  name: string;
  /** Width that it was printed for; undefined where any will do. */
  columns: number | undefined;
  bytes: Buffer;
}

const FIXTURES = new URL('../../../test/fixtures/', import.meta.url);

/**
 * Real `claude setup-token` from its start to its question, recorded from versions 1.0.64 to 2.1.330, and `claude auth
 * login`, which prints plain lines for any width.
 */
const recorded: Base[] = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.raw'))
  .sort()
  .map((file) => ({
    name: file.replace(/^setup-token-|\.raw$/g, ''),
    columns: file.startsWith('setup-token-') ? Number(/-(\d+)\.raw$/.exec(file)?.[1]) : undefined,
    bytes: readFileSync(new URL(file, FIXTURES)),
  }));

/** What comes after: the screens of a code that is refused, of a token, of OpenClaw's prompt. */
const ENDINGS: Readonly<Record<string, string>> = {
  refused:
    '\r\n \x1b[31mOAuth error: Request failed with status code 400\x1b[m\r\n\r\n Press Enter to retry.\r\n',
  'not whole':
    "\r\n ✘ That doesn't look like the full code.\r\n   Copy all of it, including the # in the middle.\r\n",
  token:
    '\r\n\x1b[32m✔ Long-lived authentication token created\x1b[m\r\n\r\n Your OAuth token (valid for 1 year):\r\n\r\n \r\n\r\n Store this token securely.\r\n',
  openclaw:
    '\r\n🦞 OpenClaw 2026.4.15\r\n\r\n│\r\n◆  Paste token for anthropic\r\n│  \x1b[7m \x1b[27m\r\n└\r\n\x1b[2A\x1b[3G▪▪▪\x1b[999D\x1b[J◇  Paste token for anthropic\r\nUpdated ~/.openclaw/openclaw.json\r\nAuth profile: anthropic:manual (anthropic/token)\r\n',
  crash: '\r\nError: boom\r\n    at main (/usr/lib/x.js:1:2)\r\nnode:internal/process\r\n',
};

const last = recorded.at(-1)?.bytes ?? Buffer.alloc(0);

export const bases: readonly Base[] = [
  { name: 'nothing', columns: undefined, bytes: Buffer.alloc(0) },
  ...recorded,
  ...Object.entries(ENDINGS).flatMap(([name, text]) => [
    { name: `${name}, alone`, columns: undefined, bytes: Buffer.from(text) },
    { name: `${name}, after a link`, columns: undefined, bytes: Buffer.concat([last, Buffer.from(text)]) },
  ]),
];
