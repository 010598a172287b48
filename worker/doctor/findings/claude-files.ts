import { compareVersions } from '../../../core/contract/versions.ts';
import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import { finding } from './why.ts';

/** From this version on `setup-token` refuses because of `forceLoginMethod: console`; 2.1.197 still gives a link. */
const REFUSES_SINCE = '2.1.330';

/** Settings in Claude Code's own files that end, or may end, a sign-in; empty if there are none. */
export function claudeFilesFindings({ claude, claudeBroken, claudeMethod }: Facts): Finding[] {
  return [
    ...(claudeBroken === undefined
      ? []
      : [
          finding(
            'settings',
            'blocks',
            `${claudeBroken} is not valid JSON; Claude Code asks what to do with it.`,
            {
              fix: 'Repair the file, or move it away: Claude Code creates a new one.',
              error: 'claude_settings_broken' as const,
            },
          ),
        ]),
    ...methodFindings(claude?.version, claudeMethod),
  ];
}

function methodFindings(version: string | undefined, forced: Facts['claudeMethod']): Finding[] {
  if (forced?.method !== 'console') return [];
  const refuses = version !== undefined && compareVersions(version, REFUSES_SINCE) >= 0;
  return [
    finding('settings', refuses ? 'blocks' : 'warning', `forceLoginMethod is “console” in ${forced.where}.`, {
      fix: 'Remove it there, or have the administrator do it.',
      error: 'login_method_forced',
    }),
  ];
}
