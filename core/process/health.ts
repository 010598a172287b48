import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

export interface HealthOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** Resolves if this process can do its work now; otherwise rejects with the reason. */
  ready: () => Promise<void>;
  metrics: Registry;
}

/** A running health port. */
export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves /healthz (the process is alive), /readyz (it can work) and /metrics (Prometheus), for operators only. */
export async function startHealth({ host, port, ready, metrics }: HealthOptions): Promise<Health> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    try {
      if (request.method !== 'GET') return answer(405, 'GET only\n');
      if (request.url === '/healthz') return answer(200, 'ok\n');
      if (request.url === '/metrics') return answer(200, await metrics.metrics(), metrics.contentType);
      if (request.url !== '/readyz') return answer(404, 'not found\n');
      await ready();
      return answer(200, 'ready\n');
    } catch (thrown) {
      return answer(503, `not ready: ${thrown instanceof Error ? thrown.message : 'unknown'}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => void server.close(() => resolve()).closeAllConnections()),
  };
}
