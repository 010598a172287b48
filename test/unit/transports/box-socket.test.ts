import { Socket } from 'node:net';
import { expect, jest, test } from '@jest/globals';
import { socketTo } from '../../../worker/transports/box-socket.ts';

test('A socket to a box sends each small write at once, not when the one before it is confirmed', () => {
  const asked = jest.spyOn(Socket.prototype, 'setNoDelay');
  const socket = socketTo({ host: '127.0.0.1', port: 1 }, AbortSignal.timeout(1_000));
  socket.on('error', () => undefined).destroy();
  expect(asked).toHaveBeenCalledWith(true);
  asked.mockRestore();
});
