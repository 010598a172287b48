import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { duringTests } from '../support/during-tests.ts';
import { startPracticeLab } from '../support/practice-lab.ts';
import { startWorkerLab } from '../support/worker-lab.ts';

/**
 * When tmux attaches it throws away what is under way to sshd (`tcflush` in tty_start_tty, seen with 3.3a). Here all
 * that was printed so far is: the sshd of a terminal stands still meanwhile, and the kernel's 4 KiB for it are full.
 */
const LATE_SSHD =
  "[ -t 0 ] && { (sleep 0.7; kill -CONT $PPID) & kill -STOP $PPID; head -c 6000 /dev/zero | tr '\\0' x; }\n";

const { lab, workers } = duringTests({ workers: startWorkerLab, lab: startPracticeLab });

test('on a box whose sshd reads late no terminal is lost, neither of the first worker nor of the next', async () => {
  const box = await lab.box({});
  writeFileSync(join(box.home, '.bashrc'), LATE_SSHD);
  workers.list('late', box);
  const first = await workers.worker();
  const id = await workers.ask('late', { attempts: 1 });
  const { link = '' } = await workers.until(id, ({ phase }) => phase === 'waiting' || phase === 'failed');
  await first.stop();
  await workers.worker();
  await workers.leave(id, lab.anthropic.signIn(link));
  const { phase, attempt } = await workers.until(
    id,
    ({ phase }) => phase === 'connected' || phase === 'failed',
  );
  expect({ phase, attempt }).toEqual({ phase: 'connected', attempt: 2 });
});
