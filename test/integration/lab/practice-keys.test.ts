import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { startProviders } from '../../../lab/providers/providers.ts';
import { duringTests } from '../../support/during-tests.ts';
import { KEYS_CONTRACT, type KeysBox, keysBox } from '../../support/keys-contract.ts';
import { startPracticeLab } from '../../support/practice-lab.ts';

const { lab, providers } = duringTests({ lab: startPracticeLab, providers: startProviders });

describe.each(['2026.7.1', '2026.9.6'])('the simulated openclaw %s', (version) => {
  let on: KeysBox;
  beforeAll(async () => {
    on = keysBox(await lab.box({ openclaw: version }), version, providers);
  });
  afterAll(() => on.box.stop());

  test.each(KEYS_CONTRACT)('$name', ({ holds }) => holds(on));
});
