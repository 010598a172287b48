import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import { compareVersions } from '../versions.ts';
import { finding } from './why.ts';

/** From here on `setup-token` refuses for `forceLoginMethod: console`; 2.1.197 still gives a link. */
const REFUSES_SINCE = '2.1.330';

/** What Claude Code's own files say that ends, or may end, a sign-in; nothing where they say nothing of the kind. */
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
              fix: 'Repair the file, or move it away: Claude Code makes a new one.',
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
