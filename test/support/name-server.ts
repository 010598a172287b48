import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface NameServer {
  /** `address:port`. */
  address: string;
  /** The questions so far, each as `name A` or `name AAAA`. */
  asked: string[];
  stop(): void;
}

/**
 * A name server on loopback. `answerTo` gives the addresses of a name, none where there is no such name, or undefined:
 * it stays silent then.
 */
export async function startNameServer(
  answerTo: (name: string, type: 'A' | 'AAAA') => string[] | undefined,
): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4', (message, { port, address }) => {
    const { name, type, end } = questionIn(message);
    asked.push(`${name} ${type}`);
    const found = answerTo(name, type);
    if (found) socket.send(answer(message, end, found), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop: () => socket.close() };
}

/** The name and type of a question, and where it ends (RFC 1035, 4.1.2). */
function questionIn(message: Buffer): { name: string; type: 'A' | 'AAAA'; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = message.readUInt16BE(at + 1) === 28 ? 'AAAA' : 'A';
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 };
}

function answer(question: Buffer, end: number, addresses: string[]): Buffer {
  const head = Buffer.from(question.subarray(0, end));
  head.writeUInt16BE(addresses.length > 0 ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...addresses.map(record)]);
}

/** An answer for the name of the question; of IPv6 only what has no `::`. */
function record(address: string): Buffer {
  const groups = address.split(':');
  const data = Buffer.from(
    groups.length > 1
      ? groups.map((group) => group.padStart(4, '0')).join('')
      : address
          .split('.')
          .map((part) => Number(part).toString(16).padStart(2, '0'))
          .join(''),
    'hex',
  );
  return Buffer.concat([
    Buffer.from([0xc0, 12, 0, data.length === 16 ? 28 : 1, 0, 1, 0, 0, 0, 60, 0, data.length]),
    data,
  ]);
}
