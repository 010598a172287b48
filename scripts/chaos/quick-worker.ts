/** `worker/main.ts` for short runs: a worker that dies or hangs is found out within 5 s rather than 25, a look that is due at once. */
import { readConfig } from '../../core/process/config.ts';
import { openLog } from '../../core/process/log.ts';
import { startWorker } from '../../worker/process.ts';

const config = readConfig('worker', process.env);
const worker = await startWorker(config, openLog('worker', config.LOG_LEVEL), {
  lockMs: 4_000,
  stalledMs: 500,
  looksEveryMs: 500,
  holdsEveryMs: 500,
  runs: { everyMs: 300, restMs: 300, leaseMs: 5_000, unreachedMs: 1_000, laterMs: 500 },
});
process.once('SIGTERM', () => void worker.stop().then(() => process.exit(0)));
