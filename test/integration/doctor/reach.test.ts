import { execFile } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import { FINDING } from '../../../worker/boxes/survey.ts';
import { SHELL_PROBE } from '../../../worker/doctor/reach.script.ts';
import { Tools } from '../../support/unwell-box.ts';

const tools = new Tools();
afterAll(() => tools.remove());

/** What the box's shell says of two hosts, with a curl or an openssl that ends as given. */
function reach(PATH: string): Promise<string[]> {
  const script = `${FINDING}\nlimited() { shift; "$@"; }\n${SHELL_PROBE}\nreach_without_node 1 a.example b.example`;
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', script], { env: { PATH, HOME: '/nowhere' } }, (_, stdout) =>
      resolve(stdout.split('\n').filter(Boolean).sort()),
    );
  });
}

describe('without Node a box asks curl, whose exit code shows how far it got', () => {
  test.each([
    [0, 'ok'],
    [6, 'dns ENOTFOUND'],
    [7, 'connect curl-7'],
    [28, 'timeout'],
    [35, 'tls curl-35'],
    [56, 'proxy curl-56'],
    [60, 'tls curl-60'],
  ])('%d: %s', async (code, outcome) => {
    const curl = `case "$*" in *127.0.0.1*) exit 7 ;; esac; exit ${code}`;
    expect(await reach(tools.before({ curl }))).toEqual([
      `@egress a.example ${outcome}`,
      `@egress b.example ${outcome}`,
      '@gateway.port 1 connect ECONNREFUSED',
    ]);
  });
});

describe('without curl too, a box asks openssl', () => {
  test('which says yes or no', async () => {
    const withoutCurl = tools.without('curl', 'openssl');
    const openssl = tools.before({ openssl: 'case "$*" in *a.example*) exit 0 ;; esac; exit 1' });
    const own = openssl.split(':')[0];
    expect(await reach(`${own}:${withoutCurl}`)).toEqual([
      '@egress a.example ok',
      '@egress b.example connect openssl',
    ]);
  });

  test('and where there is none of them, nothing is claimed', async () => {
    expect(await reach(tools.without('curl', 'openssl'))).toEqual([]);
  });
});
