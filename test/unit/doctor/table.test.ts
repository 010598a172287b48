import { expect, test } from '@jest/globals';
import { reportTable } from '../../../scripts/cli/report-table.ts';
import type { Report } from '../../../worker/doctor/report.ts';

const report: Report = {
  tookMs: 4_210,
  findings: [
    { id: 'ssh', status: 'ok', seen: 'Connected; the host key is the pinned one.', why: 'x' },
    {
      id: 'egress.platform.claude.com',
      status: 'blocks',
      seen: `platform.claude.com cannot be reached: ${'word '.repeat(30)}`,
      why: `It matters. ${'y'.repeat(200)}`,
      fix: 'Let port 443 out.',
    },
    { id: 'tmux', status: 'warning', seen: 'There is no tmux.', why: 'It keeps the sign-in alive.' },
  ],
};

test.each([50, 80, 110])('a report fits %d columns', (width) => {
  const lines = reportTable(report, { width }).split('\n');
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  expect(lines[0]).toMatch(/^ {2}ok {7}ssh/);
  expect(lines.join('\n')).toMatch(/BLOCKS {3}egress[\s\S]*Why: It matters[\s\S]*Fix: Let port 443 out\./);
});

test('it ends with the verdict, and has no colours unless they are requested', () => {
  const text = reportTable(report);
  expect(text.split('\n').at(-1)).toBe('  A handshake would fail. 1 blocking, 1 warning, 1 ok; took 4.2 s.');
  expect(text).not.toContain('\u001b');
  expect(reportTable({ ...report, findings: [] })).toMatch(/can begin\. 0 blocking, 0 warnings, 0 ok/);
});
