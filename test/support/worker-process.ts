/** `worker/main.ts` with times that a test can wait for. */
import { readConfig } from '../../core/process/config.ts';
import { openLog } from '../../core/process/log.ts';
import { startWorker } from '../../worker/process.ts';
import { blockedBy } from './blocked-by.ts';

if (process.env.TEST_BLOCKED_BY) blockedBy(process.env.TEST_BLOCKED_BY);

const config = readConfig('worker', process.env);
const worker = await startWorker(
  config,
  openLog('worker', config.LOG_LEVEL),
  JSON.parse(process.env.TEST_TIMES ?? '{}'),
);
process.once('SIGTERM', () => void worker.stop().then(() => process.exit(0)));
