import {
  type Attributes,
  type Context,
  isValidTraceId,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import type { RecordedAttempt, RecordHead, Step } from '../../core/contract/handshake-record.ts';
import { isFinal } from '../../core/contract/phases.ts';
import type { Logger } from '../../core/process/log.ts';
import { atMost } from '../transports/deadline.ts';
import { HandshakeIds, rootIdOf, traceIdOf } from './handshake-ids.ts';
import { loggedOnce } from './logged-once.ts';

/** Milliseconds that the collector may take to answer. */
const EXPORT_MS = 5_000;

/**
 * One OpenTelemetry trace per handshake, from when it was asked for to its end: a span for the whole, one for every
 * attempt, one for every phase. They are made from an attempt's record when it ends, so that nothing is held until
 * then and a trace holds nothing that is not in the record; screens, details and links are omitted.
 */
export class Tracing {
  readonly #ids = new HandshakeIds();
  readonly #provider: TracerProvider;

  /** `endpoint`: the address for OTLP over HTTP, without `/v1/traces`. */
  constructor(endpoint: string, log: Logger) {
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const exporter: SpanExporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_MS });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'keyferry-worker' }),
      idGenerator: this.#ids,
      spanProcessors: [
        new BatchSpanProcessor({ exporter: loggedOnce(exporter, log), exportTimeoutMillis: EXPORT_MS }),
      ],
    });
  }

  /** Adds an attempt that has ended; the one that ends the handshake closes its trace. */
  add(head: RecordHead, attempt: RecordedAttempt): void {
    const { timeline } = attempt;
    const [first, last] = [timeline.at(0), timeline.at(-1)];
    if (!first || !last || !isValidTraceId(traceIdOf(head.handshake))) return;
    const under = childOf(head.handshake);
    const begun = attempt.attempt === 1 ? [{ phase: 'queued' as const, at: head.startedAt }, first] : [];
    this.#steps(begun, under);
    const about = attributesOf(head, attempt, last);
    const span = this.#tracer.startSpan(
      'attempt',
      { startTime: new Date(first.at), attributes: about },
      under,
    );
    this.#steps(timeline, trace.setSpan(under, span));
    close(span, attempt, last);
    if (isFinal(last.phase)) this.#root(head, attempt, last, about);
  }

  /** Sends what is left. Resolves within `withinMs` milliseconds. */
  async stop(withinMs: number): Promise<void> {
    await atMost(withinMs, this.#provider.shutdown());
  }

  /** Every phase until the next. */
  #steps(timeline: readonly Step[], under: Context): void {
    for (const [index, { phase, at }] of timeline.entries()) {
      const next = timeline[index + 1];
      if (next) this.#tracer.startSpan(phase, { startTime: new Date(at) }, under).end(new Date(next.at));
    }
  }

  #root(head: RecordHead, attempt: RecordedAttempt, last: Step, attributes: Attributes): void {
    const options = { startTime: new Date(head.startedAt), root: true, attributes };
    const start = () => this.#tracer.startSpan('handshake', options, ROOT_CONTEXT);
    close(this.#ids.asRoot(head.handshake, start), attempt, last);
  }

  get #tracer() {
    return this.#provider.getTracer('keyferry');
  }
}

function childOf(handshake: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceIdOf(handshake),
    spanId: rootIdOf(handshake),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });
}

function attributesOf(
  head: RecordHead,
  { attempt, versions, error }: RecordedAttempt,
  last: Step,
): Attributes {
  return {
    'keyferry.handshake': head.handshake,
    'keyferry.customer': head.customer,
    'keyferry.requested_by': head.requestedBy,
    'keyferry.attempt': attempt,
    'keyferry.end': last.phase,
    'keyferry.claude': versions.claude,
    'keyferry.openclaw': versions.openclaw,
    'error.type': error?.code,
  };
}

function close(span: Span, { error }: RecordedAttempt, { phase, at }: Step): void {
  if (error && phase !== 'cancelled') span.setStatus({ code: SpanStatusCode.ERROR, message: error.code });
  span.end(new Date(at));
}
