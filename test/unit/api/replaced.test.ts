import { describe, expect, test } from '@jest/globals';
import { placeOf, type ToBeMade } from '../../../api/customers/replaced.ts';
import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import type { Connection } from '../../../core/contract/snapshot.ts';

const at = (hour: number) => `2026-11-29T${String(hour).padStart(2, '0')}:00:00.000Z`;
const onRecord = (profile: string, hour: number, more: Partial<ConnectionRecord> = {}) =>
  ({
    box: 'default',
    provider: 'anthropic',
    method: 'setup-token',
    profile,
    connectedAt: at(hour),
    ...more,
  }) as ConnectionRecord;
const told = (profile: string, hour: number, method = 'setup-token'): Connection => ({
  provider: 'anthropic',
  method,
  profile,
  connectedAt: at(hour),
});
const TOKEN: ToBeMade = { provider: 'anthropic', method: 'setup-token' };
const LOGIN: ToBeMade = { provider: 'anthropic', method: 'claude-login' };

describe('whose place a new credential takes', () => {
  test.each<[string, ToBeMade, ConnectionRecord[] | undefined, Connection | null, string | undefined]>([
    ['nobody’s, where there is nothing', TOKEN, [], null, undefined],
    ['that of the record', TOKEN, [onRecord('anthropic:manual', 9)], null, 'anthropic:manual'],
    [
      'that of the record, which has what was told',
      TOKEN,
      [onRecord('anthropic:keyferry', 9)],
      told('anthropic:keyferry', 9),
      'anthropic:keyferry',
    ],
    [
      'what was told, while the database is away',
      TOKEN,
      undefined,
      told('anthropic:manual', 9),
      'anthropic:manual',
    ],
    ['what was told and is not on record yet', TOKEN, [], told('anthropic:manual', 9), 'anthropic:manual'],
    [
      'what was told, where the record has the one before it',
      TOKEN,
      [onRecord('anthropic:manual', 9)],
      told('anthropic:keyferry', 10),
      'anthropic:keyferry',
    ],
    [
      'that of this box, of a customer who has several',
      { ...TOKEN, box: 'second' },
      [onRecord('anthropic:manual', 9), onRecord('anthropic:keyferry', 8, { box: 'second' })],
      told('anthropic:manual', 10),
      'anthropic:keyferry',
    ],
    [
      'nobody’s on another box, of which the record has nothing',
      { ...TOKEN, box: 'second' },
      [],
      told('anthropic:manual', 10),
      undefined,
    ],
    [
      'not another provider’s',
      { provider: 'openai', method: 'api-key' },
      [onRecord('anthropic:manual', 9)],
      told('anthropic:manual', 10),
      undefined,
    ],
    [
      'a token’s by a login',
      LOGIN,
      [onRecord('anthropic:claude-cli', 9, { method: 'claude-login' }), onRecord('anthropic:manual', 8)],
      null,
      'anthropic:manual',
    ],
  ])('%s', (_, made, current, last, profile) => {
    expect(placeOf(made, current, last)).toBe(profile);
  });
});
