import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { WebSocket } from 'ws';
import { LiveSocket } from '../../../api/live/live-socket.ts';
import { beginOwnTime, endOwnTime } from '../../../core/process/own-time.ts';

/** What a WebSocket of `ws` is to a LiveSocket. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly did: string[] = [];
  send(text: string) {
    this.sent.push(text);
  }
  ping() {
    this.did.push('ping');
  }
  close(code: number) {
    this.did.push(`close ${code}`);
  }
  terminate() {
    this.did.push('terminate');
    this.emit('close', 1006);
  }
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function open(isSignedIn: () => Promise<boolean> = async () => true, beatMs = 30_000) {
  const fake = new FakeSocket();
  const closed: number[] = [];
  const socket = new LiveSocket(fake as unknown as WebSocket, {
    beatMs,
    isSignedIn,
    onClose: (code) => closed.push(code),
  });
  return { fake, socket, closed };
}

test('a browser that does not keep up is let go', () => {
  const { fake, socket, closed } = open();
  socket.send({ type: 'beat' });
  fake.bufferedAmount = 1_000_000;
  socket.send({ type: 'beat' });
  expect([fake.sent, fake.did, closed]).toEqual([['{"type":"beat"}'], ['terminate'], [1006]]);
});

test('nobody is sent away while it cannot be told whether they are signed in', async () => {
  const { fake, closed } = open(() => Promise.reject(new Error('Redis is away')));
  for (let beats = 0; beats < 3; beats += 1) {
    await jest.advanceTimersByTimeAsync(30_000);
    fake.emit('pong');
  }
  expect([fake.did, closed]).toEqual([['ping', 'ping', 'ping'], []]);
});

test('a goodbye that nobody answers still ends the connection', async () => {
  const { fake, socket, closed } = open();
  socket.close(1001);
  await jest.advanceTimersByTimeAsync(2_000);
  expect([fake.did, closed]).toEqual([['close 1001', 'terminate'], [1006]]);
});

test('nothing beats on after the end', async () => {
  const { fake } = open();
  fake.emit('close', 1000);
  await jest.advanceTimersByTimeAsync(120_000);
  expect(fake.did).toEqual([]);
});

test('a browser that floods is sent away once, and what comes after costs nothing', () => {
  const { fake } = open();
  for (let times = 0; times < 1_000; times += 1) fake.emit('message', Buffer.alloc(0));
  expect(fake.did).toEqual(['close 1008']);
  expect(fake.listenerCount('close')).toBeLessThan(4);
});

test('nobody is let go for what could not be read while this process stood still', async () => {
  jest.useRealTimers();
  beginOwnTime();
  const { fake } = open(undefined, 500);
  while (fake.did.length === 0) await new Promise((later) => setTimeout(later, 10));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
  // The beat that is due by then.
  await new Promise((later) => setTimeout(later, 20));
  expect(fake.did).toEqual(['ping']);
  fake.emit('close', 1000);
  endOwnTime();
});
