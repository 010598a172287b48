import { toKeyferryError } from '../../core/contract/errors.ts';
import { DEADLINES_MS } from '../../core/contract/phases.ts';
import { METHOD_NAMES, type Method } from '../../core/contract/provider-names.ts';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { doctor as examineBox, unreached } from '../../worker/doctor/doctor.ts';
import { type Report, verdict } from '../../worker/doctor/report.ts';
import type { CallLimits } from '../../worker/transports/transport.ts';
import { type BoxOptions, chosenBox } from './chosen-box.ts';
import { reportTable } from './report-table.ts';
import { cancelOnSignals } from './signals.ts';

export interface DoctorOptions extends BoxOptions {
  openclaw: boolean;
  agent?: string;
  json?: boolean;
}

/** `keyferry doctor`. Returns the exit code: 1 where something blocks; `usage` ends the command with 2. */
export async function doctor(
  named: string,
  options: DoctorOptions,
  usage: (message: string) => never,
): Promise<0 | 1> {
  const limits = { signal: cancelOnSignals(), timeoutMs: DEADLINES_MS.reaching };
  const report = await examined(named, options, limits);
  if (typeof report === 'string') return usage(report);
  const said = options.json
    ? JSON.stringify({ verdict: verdict(report), ...report })
    : reportTable(report, { width: process.stdout.columns, colours: process.stdout.isTTY });
  process.stdout.write(`${said}\n`);
  return verdict(report) === 'blocks' ? 1 : 0;
}

/** The report; a string says what is wrong with the command line. */
async function examined(named: string, options: DoctorOptions, limits: CallLimits): Promise<Report | string> {
  try {
    const box = await chosenBox(named, options, limits);
    if (typeof box === 'string') return box;
    const { openclaw, agent = box.agent } = options;
    try {
      return await examineBox(box.transport, limits, { openclaw, agent, methods: offered() });
    } finally {
      box.close();
    }
  } catch (thrown) {
    if (thrown instanceof ConfigError) return `error: ${thrown.message}`;
    return unreached(toKeyferryError(thrown));
  }
}

/** What the platform offers, as far as the environment says; everything that `keyferry connect` can do otherwise. */
function offered(): readonly Method[] {
  return process.env.METHODS ? readSettings(['METHODS'], process.env).METHODS : METHOD_NAMES;
}
