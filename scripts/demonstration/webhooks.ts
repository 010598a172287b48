import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type KeyferryEvent, verifyWebhook } from '../../packages/server/index.ts';

/** What a platform has for webhooks: a server of the demo's own, on loopback. */
export interface WebhookReceiver {
  /** What the api needs in its environment to send webhooks there. */
  readonly env: { readonly WEBHOOK_URL: string; readonly WEBHOOK_SECRET: string };
  /** Every event that was signed by the api, oldest first. */
  readonly heard: readonly KeyferryEvent[];
  /** The bodies as they came. */
  readonly bodies: readonly string[];
  /** From now on each webhook is a line, those included that have come already. */
  tellTo(tell: (line: string) => void): void;
  /** Resolves once an event of this type has come about a customer, or with false once `signal` aborts. */
  until(type: KeyferryEvent['type'], customer: string, signal: AbortSignal): Promise<boolean>;
  /** Ends the server. Safe to call twice. */
  stop(): Promise<void>;
}

const MOST_BYTES = 256 * 1_024;
const LOOK_MS = 100;

/** Starts it on a free port of 127.0.0.1, with a secret of its own. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;
  const heard: KeyferryEvent[] = [];
  const bodies: string[] = [];
  const ids = new Set<string>();
  const lines: string[] = [];
  let tell = (line: string): void => void lines.push(line);
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await bodyOf(request);
    bodies.push(body);
    const id = String(request.headers['webhook-id']);
    try {
      const event = verifyWebhook(body, request.headers, WEBHOOK_SECRET);
      // One that was answered too late comes again.
      if (!ids.has(id)) {
        ids.add(id);
        heard.push(event);
        tell(`[webhook]  ${wordsOf(event)}  signature verified`);
      }
      response.writeHead(204).end();
    } catch {
      tell('[webhook]  NOT verified: it is not taken');
      response.writeHead(400).end();
    }
  };
  const server = createServer((request, response) => {
    // Whoever sends too much, or goes away, is no webhook.
    receive(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: { WEBHOOK_URL: `http://127.0.0.1:${port}/webhooks`, WEBHOOK_SECRET },
    heard,
    bodies,
    tellTo: (to) => {
      tell = to;
      for (const line of lines.splice(0)) to(line);
    },
    async until(type, customer, signal) {
      const isIt = (event: KeyferryEvent) => event.type === type && customerOf(event) === customer;
      while (!heard.some(isIt)) {
        if (signal.aborted) return false;
        await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
      }
      return true;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MOST_BYTES) throw new Error('That is no webhook of Keyferry.');
  }
  return body;
}

/** `handshake.failed      dora   anthropic  openclaw_missing`. */
function wordsOf(event: KeyferryEvent): string {
  const { provider, error, cause } = event.data as { provider?: string; error?: string; cause?: string };
  const about = [provider, error ?? cause].filter((word) => word !== undefined).join('  ');
  return `${event.type.padEnd(21)} ${(customerOf(event) ?? '').padEnd(6)} ${about}`.trimEnd();
}

const customerOf = ({ data }: KeyferryEvent) => ('customer' in data ? data.customer : undefined);
