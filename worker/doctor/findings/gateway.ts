import type { Finding } from '../report.ts';
import type { Serving } from '../serving.ts';
import { finding } from './why.ts';

/** Whether a sign-in that is installed reaches the gateway that answers the customer's chats. */
export function servingFindings(serving: Serving | undefined): Finding[] {
  if (!serving) return [];
  const { obstacle, warnings, seen } = serving;
  if (obstacle)
    return [finding('store', 'blocks', obstacle.seen, { fix: obstacle.fix, error: obstacle.error })];
  const isPlain = serving.setting.key === 'session';
  if (warnings.length === 0) return isPlain ? [] : [finding('store', 'ok', seen)];
  return [
    finding('store', 'warning', [...(isPlain ? [] : [seen]), ...warnings].join(' '), {
      fix: 'Make sure that only one gateway answers the chats, and that its unit is right (`openclaw gateway status --deep`).',
    }),
  ];
}
