import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../../core/process/log.ts';

/** An exporter whose failure is logged when it starts, and not again until it has worked in between. */
export function loggedOnce(exporter: SpanExporter, log: Logger): SpanExporter {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const { error } = result;
        if (error && !isFailing) log.warn({ reason: error.message }, 'traces cannot be sent');
        isFailing = error !== undefined;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
