import { KeyferryError } from '../../core/contract/errors.ts';
import { CommandConnection } from './command-connection.ts';
import type { CommandOptions } from './command-options.ts';
import { callTimeout, withinLimits } from './deadline.ts';
import { lastLine } from './ssh-errors.ts';
import type { BoxConnection, CallLimits, Transport } from './transport.ts';

/** A command of this machine that leads onto the box: docker exec, kubectl exec, nsenter. */
export class CommandTransport implements Transport {
  readonly kind = 'command';
  readonly #options: CommandOptions;

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  /** Throws `box_unreachable` when the command does not run a program there. */
  connect(limits: CallLimits): Promise<BoxConnection> {
    return withinLimits(limits, callTimeout(limits, 'the box was reached'), async (opened) => {
      const connection = new CommandConnection(this.#options);
      opened.add(() => void connection.close());
      const { exit, stderr } = await connection.run({ argv: ['true'] }, { ...limits, maxBytes: 16 * 1024 });
      if (exit.kind === 'exited' && exit.code === 0) return connection;
      await connection.close();
      const detail = `${this.#options.plain[0]} said: ${lastLine(stderr)}`;
      throw new KeyferryError('box_unreachable', { detail });
    });
  }
}
