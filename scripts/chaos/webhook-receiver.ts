import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

/** A webhook that has arrived at the platform. */
export interface Arrived {
  /** `webhook-id`: the same for a delivery that is repeated. */
  id: string;
  type: string;
  handshake: string;
}

/** The platform's end of webhooks. */
export interface WebhookReceiver {
  /** What api and workers are told of it. */
  readonly environment: Record<string, string>;
  readonly arrived: readonly Arrived[];
  stop(): Promise<void>;
}

const bodySchema = z.object({ type: z.string(), data: z.object({ handshake: z.string() }) });

/** Listens on a free port of 127.0.0.1 and takes everything. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const arrived: Arrived[] = [];
  const server = createServer(async (request, response) => {
    const body = bodySchema.safeParse(await json(request).catch(() => undefined));
    if (body.success)
      arrived.push({
        id: String(request.headers['webhook-id']),
        type: body.data.type,
        handshake: body.data.data.handshake,
      });
    response.writeHead(204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    environment: {
      WEBHOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
      WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
    },
    arrived,
    stop: async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}
