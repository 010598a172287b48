import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { type Case, DoctorLab, described, examine, SECRET, unwell } from '../support/doctor-lab.ts';
import { CONNECTED } from '../support/openclaw-status.ts';
import { leftOn } from '../support/practice-lab.ts';
import { put, refusingProxy, wrap } from '../support/unwell-box.ts';

const MINUTE = 60_000;
const lab = new DoctorLab();
let proxy: { url: string; stop(): void };

beforeAll(async () => {
  await lab.start();
  proxy = await refusingProxy(lab.lab.anthropic.proxyUrl, ['platform.claude.com']);
}, MINUTE);

afterAll(async () => {
  proxy?.stop();
  await lab.stop();
}, MINUTE);

const path = (PATH: string): BoxOptions => ({ env: { PATH } });
/** Whatever is on this machine's usual port must not count: nothing listens on port 1. */
const unit = (text: string) => (box: Box) =>
  put(
    box,
    '.config/systemd/user/openclaw-gateway.service',
    `[Service]\nExecStart=openclaw gateway\n${text}\nEnvironment=OPENCLAW_GATEWAY_PORT=1\n`,
  );
const systemd = (states: string) => path(lab.tools.before({ systemctl: `printf '%s\\n' ${states}` }));
const printsStatus = (status: object) => (box: Box) => {
  put(box, 'status.json', JSON.stringify(status, null, 2));
  wrap(box, 'openclaw', '[ "$2" = status ] && exec cat "$HOME/status.json"');
};
const PLATFORM_AND_API = [
  'egress.platform.claude.com blocks',
  'egress.console.anthropic.com warning',
  'egress.api.anthropic.com warning',
  'egress.claude.ai warning',
];

const CASES: Case[] = [
  {
    named: 'whose proxy refuses one host',
    options: () => ({ env: { HTTPS_PROXY: proxy.url } }),
    finds: ['egress.platform.claude.com blocks'],
    seen: /proxy does not let it through \(403\)/,
  },
  {
    named: 'whose proxy is down',
    options: () => ({ env: { HTTPS_PROXY: 'http://127.0.0.1:1' } }),
    finds: PLATFORM_AND_API,
    seen: /proxy does not let it through \(ECONNREFUSED\)/,
  },
  {
    named: 'on which something opens TLS with a certificate that Node does not trust',
    options: () => ({ env: { NODE_EXTRA_CA_CERTS: undefined } }),
    finds: PLATFORM_AND_API,
    seen: /certificate or TLS is not right/,
  },
  {
    named: 'with a key in ~/.openclaw/.env',
    after: (box) => put(box, '.openclaw/.env', `ANTHROPIC_API_KEY=${SECRET}\n`),
    finds: ['variables warning'],
    seen: /ANTHROPIC_API_KEY in ~\/\.openclaw\/\.env/,
  },
  {
    named: 'with another address for Anthropic in the session',
    options: () => ({ env: { ANTHROPIC_BASE_URL: `https://${SECRET}` } }),
    finds: ['variables warning'],
    seen: /ANTHROPIC_BASE_URL in the session/,
  },
  {
    named: 'with a token in a file that the gateway’s unit reads',
    options: () => systemd('ActiveState=activating SubState=start NRestarts=0'),
    after: (box) => {
      unit('EnvironmentFile=-%h/secrets/gateway.env')(box);
      put(box, 'secrets/gateway.env', `ANTHROPIC_AUTH_TOKEN="${SECRET}"\n`);
    },
    finds: ['variables warning', 'gateway warning'],
    seen: /ANTHROPIC_AUTH_TOKEN in ~\/secrets\/gateway\.env/,
  },
  {
    named: 'whose OpenClaw would use a key of the environment',
    options: () => ({ env: { ANTHROPIC_API_KEY: SECRET } }),
    finds: ['variables warning'],
    seen: /ANTHROPIC_API_KEY/,
  },
  {
    named: 'whose configuration has OpenClaw use a key of its own',
    after: (box) =>
      put(
        box,
        '.openclaw/openclaw.json',
        JSON.stringify({ models: { providers: { anthropic: { auth: 'api-key', apiKey: SECRET } } } }),
      ),
    finds: ['credential warning'],
    seen: /a key of its own \(auth: "api-key"\)/,
  },
  {
    named: 'whose gateway has failed',
    options: () => systemd('ActiveState=failed SubState=failed NRestarts=0'),
    after: unit(''),
    finds: ['gateway warning'],
    seen: /openclaw-gateway\.service is failed/,
  },
  {
    named: 'whose gateway runs and does not listen',
    options: () => systemd('ActiveState=active SubState=running NRestarts=0'),
    after: unit(''),
    finds: ['gateway warning'],
    seen: /Port 1 does not answer/,
  },
  {
    named: 'with a port of the gateway for every command, and nothing to sign in to it with',
    options: () => ({ env: { OPENCLAW_GATEWAY_PORT: '1' } }),
    finds: ['models blocks'],
    seen: /OPENCLAW_GATEWAY_PORT is 1 in the session's environment, and nothing answers there/,
  },
  {
    named: 'whose OpenClaw fails',
    after: (box) => wrap(box, 'openclaw', '[ "$2" = status ] && { echo "Config invalid"; exit 1; }'),
    finds: ['credential warning'],
    seen: /`openclaw models status` failed/,
  },
  {
    named: 'with a profile in a cooldown',
    after: printsStatus({
      ...CONNECTED,
      auth: {
        ...CONNECTED.auth,
        unusableProfiles: [
          { profileId: 'anthropic:manual', kind: 'cooldown', reason: 'auth', until: 1_900_000_000_000 },
        ],
      },
    }),
    finds: ['cooldown warning'],
    seen: /anthropic:manual is out of use until 2030-/,
  },
];

describe('the doctor finds what is wrong around the programs, and nothing else, on a box', () => {
  test.each(CASES)('$named', (broken) => lab.check(broken), MINUTE);

  test(
    'whose OpenClaw does not answer in time; it is ended, and the rest is told',
    async () => {
      const box = await lab.freshBox();
      wrap(box, 'openclaw', '[ "$2" = status ] && sleep 600');
      const found = unwell(await examine(box, {}, 4_000));
      expect(found.map(described)).toEqual(['credential warning']);
      expect(found[0]?.seen).toMatch(/It is not known what OpenClaw uses: it did not answer in time/);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );
});

test(
  'a gateway that runs and answers is well',
  async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const box = await lab.freshBox(systemd('ActiveState=active SubState=running NRestarts=0'));
      unit(`Environment=OPENCLAW_GATEWAY_PORT=${port}`)(box);
      const report = await examine(box);
      expect(unwell(report)).toEqual([]);
      expect(report.findings.find(({ id }) => id === 'gateway')?.seen).toContain(`Port ${port} answers.`);
    } finally {
      server.close();
    }
  },
  MINUTE,
);
