import type { Transport } from '../../worker/transports/transport.ts';
import type { OpenClawInMemory } from './openclaw-in-memory.ts';

/** What the script that comes before everything else finds there. */
const surveyOf = ({ survey }: OpenClawInMemory) => [
  'whole yes',
  'openclaw /opt/openclaw',
  `openclaw.version ${survey.openclaw.version}`,
  'path /usr/bin',
  'end ok',
];

/** And where a gateway of this user's runs. */
const GATEWAY = ['user x 1000', 'store session w p - - -', 'store process/7 w p - - -'];

/** A way to a box that has nothing but this OpenClaw. */
export function transportTo(box: OpenClawInMemory): Transport {
  const run: typeof box.connection.run = (command, options) =>
    command.argv[1] === '-s'
      ? Promise.resolve({
          exit: { kind: 'exited', code: 0 },
          stdout: [...(box.survey.hasGateway ? GATEWAY : []), ...surveyOf(box)]
            .map((line) => `\n@${line}\n`)
            .join(''),
          stderr: '',
        })
      : box.connection.run(command, options);
  const connection = { run, close: async () => {}, lost: new Promise(() => {}) };
  return { kind: 'ssh2', connect: async () => connection } as unknown as Transport;
}
