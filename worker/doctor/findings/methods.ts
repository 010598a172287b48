import type { ErrorCode } from '../../../core/contract/errors.ts';
import { FIRST, type Method } from '../../../core/contract/provider-names.ts';
import { PROVIDERS, unfitFor } from '../../../core/contract/providers.ts';
import type { Versions } from '../../../core/contract/versions.ts';
import { whyNot } from '../../handshake/methods.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import { newestTried } from '../versions.ts';
import { finding } from './why.ts';

const ROW = PROVIDERS[FIRST.provider];

/** Why a method cannot be done. */
interface Obstacle {
  method: Method;
  why: string;
  fix: string;
  /** What a handshake would end with; undefined if it is not certain that one would. */
  error?: ErrorCode;
}

/** Whether any of the methods that are offered is a sign-in, which Claude Code makes; a key is handed to OpenClaw alone. */
export const signsIn = (methods: readonly Method[]) => methods.some((method) => method !== 'api-key');

/** Which of the methods that are offered can be done with the programs that are there; a missing one is told elsewhere. */
export function methodsFindings(facts: Facts, methods: readonly Method[]): Finding[] {
  const { claude, openclaw } = facts;
  const judged = methods.filter((method) => openclaw && (claude || !signsIn([method])));
  if (judged.length === 0) return [];
  const versions = { claude: claude?.version, openclaw: openclaw?.version };
  const obstacles = judged.flatMap((method) => obstacleTo(method, versions) ?? []);
  const able = judged.filter((method) => obstacles.every((obstacle) => obstacle.method !== method));
  const can = able.length > 0 ? [`It can do ${able.join(', ')}.`] : [];
  const cannot = obstacles.map(({ method, why }) => `It cannot do ${method}: ${why}`);
  const seen = [...can, ...cannot].join(' ');
  const [first] = obstacles;
  if (!first) return [finding('methods', 'ok', seen)];
  const { fix, error } = first;
  const isCertain = able.length === 0 && obstacles.every((obstacle) => obstacle.error !== undefined);
  return [finding('methods', isCertain ? 'blocks' : 'warning', seen, { fix, ...(error && { error }) })];
}

function obstacleTo(method: Method, versions: Versions): Obstacle | undefined {
  const why = whyNot(ROW, method, versions);
  if (why === undefined) return undefined;
  const unfit = unfitFor(ROW, method, versions);
  if (!unfit) return { method, why, fix: 'Run the doctor again when the box is less busy.' };
  const { program } = unfit;
  const fix = `keyferry prepare --${program} ${newestTried(program)}, or omit ${method} from METHODS.`;
  return { method, why, fix, error: 'method_not_available' };
}
