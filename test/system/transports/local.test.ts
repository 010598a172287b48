import { afterAll, beforeAll } from '@jest/globals';
import { LocalTransport } from '../../../worker/transports/local.ts';
import { transportContract } from '../../support/transport-contract.ts';
import { TransportLab } from '../../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

transportContract(lab, 'local', () => new LocalTransport());
