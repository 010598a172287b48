import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { startLab } from '../../lab/lab.ts';
import { startProviders } from '../../lab/providers/providers.ts';
import { duringTests } from '../support/during-tests.ts';
import { KEYS_CONTRACT, type KeysBox, keysBox } from '../support/keys-contract.ts';
import { firstOf, rowsOf } from '../support/real-rows.ts';

const MINUTE = 60_000;
const { lab, providers } = duringTests({ lab: startLab, providers: startProviders });

/** The contract of the simulated program's keys. */
describe.each(rowsOf(['2026.7.1', '2026.9.6'], 1))('the real openclaw %s', (version) => {
  let on: KeysBox;
  beforeAll(async () => {
    on = keysBox(await lab.freshBox({ openclaw: version }), version, providers);
  }, 10 * MINUTE);
  afterAll(() => on.box.stop(), MINUTE);

  test.each(firstOf(KEYS_CONTRACT, 1))('$name', ({ holds }) => holds(on), 20 * MINUTE);
});
