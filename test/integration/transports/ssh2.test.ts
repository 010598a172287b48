import { afterAll, beforeAll } from '@jest/globals';
import { Ssh2Transport } from '../../../worker/transports/ssh2.ts';
import { transportContract } from '../../support/transport-contract.ts';
import { TransportLab, targetOf } from '../../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

transportContract(lab, 'ssh2', () => new Ssh2Transport(targetOf(lab.sshd)));
