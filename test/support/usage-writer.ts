/**
 * Reads usage and writes it as a worker does, for a test that kills it (`test/system/usage-kills.test.ts`): `node
 * usage-writer.ts <database url>`. It asks its parent what the box says, and says when it has read that and when it has
 * written it.
 */
import { pino } from 'pino';
import { openDatabase } from '../../core/store/database.ts';
import { recordWeighed, type WeighedReading } from '../../core/store/usage-caps.ts';

const database = openDatabase(
  { url: process.argv[2] ?? '', connections: 1, name: 'test' },
  pino({ level: 'silent' }),
);
const say = (step: 'ready' | 'read' | 'written') => process.send?.(step);

// A worker has its connection long before it reads anything.
await database.selectFrom('usage_boxes').select('box').limit(1).execute();
process.on('message', async (reading: WeighedReading) => {
  say('read');
  await database.transaction().execute((transaction) => recordWeighed(transaction, reading));
  say('written');
});
say('ready');
