/**
 * Sums up what the box's gateway says of one day's usage (`sessions.usage`), on the box: its answer names chats, people's
 * numbers among them, and none of that leaves the box. Reads the answer on stdin and prints one line of JSON:
 * `{ state, rows: [[source, provider, model, requests, input, output, cacheRead, cacheWrite, microUSD, unpriced], …] }`.
 *
 * `source`: one of 256, by a digest of the session's id, so that what a session has used is known again although another one
 * was deleted. `state`: `read`; `partial`, where OpenClaw is still counting or has more sessions than were asked for.
 *
 * JavaScript for the Node of the box's OpenClaw (22 and later). `node -e <this> <most sessions> <most rows>`
 */
const USAGE_SUMS = String.raw`
const { createHash } = require('node:crypto');
const [mostSessions, mostRows] = process.argv.slice(1).map(Number);
const MOST_BYTES = 64 * 1024 * 1024;
const MOST = 1e12;
const say = (said) => process.stdout.write(JSON.stringify(said) + '\n');
const chunks = [];
let bytes = 0;
process.stdin.on('data', (chunk) => {
  bytes += chunk.length;
  if (bytes > MOST_BYTES) {
    say({ state: 'too_much', rows: [] });
    process.exit(0);
  }
  chunks.push(chunk);
});
process.stdin.on('end', () => {
  const text = Buffer.concat(chunks).toString();
  let said;
  try {
    said = JSON.parse(text.slice(text.indexOf('{')));
  } catch {}
  if (!said || !Array.isArray(said.sessions)) process.exit(1);
  const name = (value) => (typeof value === 'string' && /^[\w.:@+-][\w.:@+/-]{0,119}$/.test(value) ? value : 'unknown');
  const count = (value) => (Number.isFinite(value) && value > 0 ? Math.min(Math.round(value), MOST) : 0);
  const sums = new Map();
  for (const session of said.sessions) {
    const used = session.usage && session.usage.modelUsage;
    if (!Array.isArray(used)) continue;
    const id = session.agentId + ' ' + (session.sessionId || session.key);
    const source = createHash('sha256').update(id).digest()[0];
    for (const { provider, model, count: requests, totals } of used) {
      if (!totals) continue;
      const { input, output, cacheRead, cacheWrite, totalCost, missingCostEntries } = totals;
      const key = [source, name(provider), name(model)];
      const at = JSON.stringify(key);
      const sum = sums.get(at) || [...key, 0, 0, 0, 0, 0, 0, 0];
      const more = [requests, input, output, cacheRead, cacheWrite, totalCost * 1e6, missingCostEntries];
      more.forEach((value, index) => (sum[index + 3] = Math.min(sum[index + 3] + count(value), MOST)));
      sums.set(at, sum);
    }
  }
  const rows = [...sums.values()];
  if (rows.length > mostRows) return say({ state: 'too_much', rows: [] });
  const counting = said.cacheStatus && said.cacheStatus.status !== 'fresh';
  say({ state: counting || said.sessions.length >= mostSessions ? 'partial' : 'read', rows });
});
`;

/** Comes before a command whose answer it is to sum up; `$0` and two words of its own. POSIX sh. */
export const SUMMED_UP = [
  'sh',
  '-c',
  'sums=$0 sessions=$1 rows=$2; shift 2; "$@" | node -e "$sums" -- "$sessions" "$rows"',
  USAGE_SUMS,
] as const;
