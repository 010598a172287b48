import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Lab, startLab } from '../../lab/lab.ts';
import { installProgram } from '../../lab/programs.ts';
import { doctor } from '../../worker/doctor/doctor.ts';
import type { Finding } from '../../worker/doctor/report.ts';
import { newestTried } from '../../worker/doctor/versions.ts';
import { handshake } from '../../worker/handshake/handshake.ts';
import { prepare, type StepChange } from '../../worker/prepare/prepare.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import type { CallLimits, Transport } from '../../worker/transports/transport.ts';
import { type Downloads, startDownloads, tree } from '../support/bare-box.ts';
import { customerWho } from '../support/customer.ts';
import { Tools } from '../support/unwell-box.ts';

const MINUTES = 60_000;
let lab: Lab;
let downloads: Downloads;
const tools = new Tools();

beforeAll(async () => {
  // Node itself comes from here and not from nodejs.org; claude and openclaw come from the npm registry.
  // npm is the one that runs no install script unless it is named.
  const [node, npm] = [await installProgram('node', '24'), await installProgram('npm', '12')];
  downloads = await startDownloads('24.21.0', [], node, join(npm, '../..'));
  const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim());
  lab = await startLab({
    binDirectory: '.local/bin',
    env: {
      PATH: tools.before({ node: '[ "$1" = --version ] && echo v18.1.0' }),
      NO_PROXY: `127.0.0.1,localhost,${registry.hostname}`,
    },
  });
  // Where the way to the registry has a CA of its own, the box trusts it besides the stand-in's.
  const own = process.env.NODE_EXTRA_CA_CERTS;
  if (own && existsSync(own)) appendFileSync(lab.anthropic.caFile, `\n${readFileSync(own)}`);
}, 5 * MINUTES);

afterAll(async () => {
  await lab?.stop();
  downloads?.stop();
  tools.remove();
}, MINUTES);

test(
  'a bare box becomes one on which a handshake with the real programs succeeds; the second time nothing is done',
  async () => {
    const { host, port, user, identityFile, knownHostsFile } = lab;
    const transport = new Ssh2Transport({ host, port, user, identityFile, knownHostsFile });
    const limits = { signal: new AbortController().signal, timeoutMs: 20_000 };
    const before = tree(join(lab.home, '.openclaw'));
    const prepared = async () => {
      const told: StepChange[] = [];
      const connection = await transport.connect(limits);
      try {
        const options = { ...limits, nodeFrom: downloads.nodeFrom, nodeSums: downloads.nodeSums };
        await prepare(connection, options, (change) => void told.push(change)).catch((thrown) => {
          throw new Error(`${thrown}\n${thrown.screen}`);
        });
      } finally {
        await connection.close();
      }
      return told.map(({ step, state }) => `${step} ${state}`);
    };
    expect((await prepared()).filter((line) => line.endsWith('done'))).toEqual([
      'node done',
      'path done',
      'claude done',
      'openclaw done',
    ]);
    expect((await prepared()).filter((line) => !line.endsWith('there'))).toEqual([]);
    expect(tree(join(lab.home, '.openclaw'))).toEqual(before);

    // As a newcomer to npm 12 would install it.
    const { code, stderr } = await lab.run([
      'sh',
      '-c',
      'cd ~/.npm-global && PATH=$PWD/bin:$PATH npm install -g --prefix "$PWD" --force "@anthropic-ai/claude-code@$0"',
      newestTried('claude'),
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('blocked') });
    await expect(
      handshake(transport, { tell: () => {}, code: () => Promise.reject(new Error('asked')) }, limits),
    ).rejects.toMatchObject({ phase: 'preparing', error: { code: 'claude_incomplete' } });
    expect((await prepared()).filter((line) => line.endsWith('done'))).toEqual(['claude done']);

    expect(await troubles(transport, limits)).toEqual([]);

    const customer = customerWho((link) => lab.anthropic.signIn(link));
    const connected = await handshake(transport, customer, limits).catch((thrown) => {
      throw new Error(`${thrown}\n${thrown.error?.screen}`);
    });
    expect(connected.profile).toBe('anthropic:manual');
  },
  20 * MINUTES,
);

/** What the doctor finds wrong; asked again, a few times, where the machine was too slow for an answer. */
async function troubles(transport: Transport, limits: CallLimits): Promise<Finding[]> {
  for (let looks = 1; ; looks += 1) {
    const { findings, tookMs } = await doctor(transport, limits);
    console.info(`the doctor took ${Math.round(tookMs)} ms`);
    const wrong = findings.filter(({ status }) => status !== 'ok');
    if (looks === 5 || !wrong.some(({ seen }) => seen.includes('did not answer in time'))) return wrong;
  }
}
