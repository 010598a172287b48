import { Command } from 'commander';
import { describeMachine } from './machine.ts';
import { type SweepEvidence, sweep } from './watch-sweep.ts';

await new Command('npm run bench:watch --')
  .description(
    'One worker looks at a whole fleet of simulated boxes while customers want their links from it: how long that takes, what it costs, and what the customers feel of it.',
  )
  .option('--boxes <n>', 'simulated boxes, all due at once', Number, 10_000)
  .option('--handshakes <n>', 'handshakes at once: before, among and after the looks', Number, 100)
  .option('--delay <ms>', 'how long the simulated programs seem to work, each time', Number, 200)
  .action(async ({ boxes, handshakes, delay }: { boxes: number; handshakes: number; delay: number }) => {
    const machine = describeMachine();
    const say = (line: string) => process.stderr.write(`${line}\n`);
    const evidence = await sweep({ boxes, handshakes, delayMs: delay, quietMs: 120_000 }, say);
    process.stdout.write(`${machine}\n${report(evidence)}`);
    if (evidence.left > 0 || evidence.alarmed > 0) process.exitCode = 1;
  })
  .parseAsync();

function report({ options, waves, seconds, processor, looks, left, alarmed }: SweepEvidence): string {
  const { boxes, handshakes } = options;
  const own = processor - (waves.find(({ when }) => when === 'before')?.processor ?? 0);
  const lines = [
    `${boxes} boxes in ${(seconds / 60).toFixed(1)} minutes: ${(boxes / seconds).toFixed(1)} a second, ${left} left, ${alarmed} false alarms`,
    `looks by what they saw: ${[...looks].map(([outcome, count]) => `${outcome} ${count}`).join(', ')}`,
    `the worker's processor: ${((1_000 * own) / boxes).toFixed(1)} ms a look, without that of ${handshakes} handshakes`,
    ...waves.map(({ when, toLink, processor: taken }) => {
      const sorted = toLink.toSorted((a, b) => a - b);
      const at = (part: number) => ((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) / 1_000).toFixed(2);
      return `time to link of ${handshakes} at once, ${when}: median ${at(0.5)} s, 95th percentile ${at(0.95)} s, ${sorted.length} links, ${taken.toFixed(1)} s of processor`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
