import { ConfigError, readConfig } from '../core/process/config.ts';
import { openLog } from '../core/process/log.ts';
import { startApi } from './api.ts';

/** Milliseconds that stopping may take; then the process ends anyway. */
const STOP_MS = 10_000;

try {
  const config = readConfig('api', process.env);
  const log = openLog('api', config.LOG_LEVEL);
  // `api/main.ts [directory]`: the location of the built page, if it is not web/dist.
  const [page] = process.argv.slice(2);
  const api = await startApi(config, log, page === undefined ? {} : { page });
  log.info({ port: api.port, healthPort: api.healthPort }, 'listening');

  const stop = async (signal: string) => {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await api.close();
    log.info('stopped');
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (thrown) {
  if (!(thrown instanceof Error)) throw thrown;
  const reason =
    thrown instanceof ConfigError ? thrown.message : `Keyferry's api cannot start: ${thrown.message}`;
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
