import { afterAll, beforeAll } from '@jest/globals';
import { CommandTransport } from '../../../worker/transports/command.ts';
import { transportContract } from '../../support/transport-contract.ts';
import { TransportLab } from '../../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

/** A command that leads somewhere else, as docker exec does: with another environment. */
const THROUGH: [string, ...string[]] = [
  'env',
  '-i',
  'PATH=/usr/bin:/bin',
  'TERM=xterm-256color',
  'LANG=C.UTF-8',
];

transportContract(lab, 'command', () => new CommandTransport({ plain: THROUGH, terminal: THROUGH }));
