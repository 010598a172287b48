import { ConfigError, configRows, readConfig } from '../core/process/config.ts';
import { openLog } from '../core/process/log.ts';
import { InventoryError } from './boxes/inventory-file.text.ts';
import { type RunningWorker, startWorker } from './process.ts';

let worker: RunningWorker | undefined;
// The second one ends the process immediately.
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void (worker?.stop() ?? Promise.resolve()).finally(() => process.exit(0)));

try {
  const config = readConfig('worker', process.env);
  // Programs that are started from here (ssh, programs on a local box) must not get Keyferry's secrets.
  for (const { name } of configRows()) {
    delete process.env[name];
    delete process.env[`${name}_FILE`];
  }
  worker = await startWorker(config, openLog('worker', config.LOG_LEVEL));
} catch (thrown) {
  if (!(thrown instanceof ConfigError || thrown instanceof InventoryError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
}
