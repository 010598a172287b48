import { afterAll, beforeAll } from '@jest/globals';
import { OpensshTransport } from '../../../worker/transports/openssh.ts';
import { transportContract } from '../../support/transport-contract.ts';
import { TransportLab, targetOf } from '../../support/transport-lab.ts';

const lab = new TransportLab();
beforeAll(() => lab.start());
afterAll(() => lab.stop());

transportContract(
  lab,
  'openssh',
  () => new OpensshTransport({ ...targetOf(lab.sshd), configFile: '/dev/null' }),
);
