import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; most answers take a few milliseconds. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The api's metrics. Routes are patterns, never addresses. */
export type Metrics = ReturnType<typeof openMetrics>;

export function openMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Counter({
      name: 'keyferry_http_requests_total',
      help: 'Answered HTTP requests',
      labelNames: ['route', 'method', 'status'] as const,
      registers,
    }),
    seconds: new Histogram({
      name: 'keyferry_http_request_seconds',
      help: 'Seconds from request to answer',
      labelNames: ['route', 'method'] as const,
      buckets: SECONDS,
      registers,
    }),
    sockets: new Gauge({ name: 'keyferry_live_sockets', help: 'Open WebSockets', registers }),
    consoleSockets: new Gauge({
      name: 'keyferry_console_sockets',
      help: "Open WebSockets of consoles' lists",
      registers,
    }),
    watchers: new Gauge({
      name: 'keyferry_console_watchers',
      help: 'Open live views of terminals',
      registers,
    }),
    strangers: new Gauge({
      name: 'keyferry_strangers',
      help: 'Connections of clients that are not signed in',
      registers,
    }),
    strangersCut: new Counter({
      name: 'keyferry_strangers_cut_total',
      help: 'Connections of clients that are not signed in, closed because there were too many',
      registers,
    }),
    operatorRequests: new Counter({
      name: 'keyferry_operator_requests_total',
      help: 'Answered requests of operators',
      labelNames: ['route', 'status'] as const,
      registers,
    }),
    webhooks: new Counter({
      name: 'keyferry_webhooks_total',
      help: 'Attempts to deliver a webhook',
      labelNames: ['result'] as const,
      registers,
    }),
    notices: new Counter({
      name: 'keyferry_notices_total',
      help: 'Mails to customers and messages for support, by what became of them',
      labelNames: ['channel', 'kind', 'result'] as const,
      registers,
    }),
  };
}
