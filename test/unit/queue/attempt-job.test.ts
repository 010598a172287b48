import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Job } from 'bullmq';
import { attemptJobOf } from '../../../worker/queue/attempt-job.ts';

const HANDSHAKE = '0b7c5f4e-6d0a-4f59-9a86-2f6b7f0f3c11';
const job = (data: object) =>
  ({
    id: HANDSHAKE,
    data: { customer: 'alice', requestedBy: 'customer', ...data },
    timestamp: 1,
    opts: {},
  }) as Job;

describe('a job', () => {
  test('of an api from before there was a choice is for the first provider', () => {
    expect(attemptJobOf(job({}))).toMatchObject({ provider: 'anthropic', method: 'setup-token' });
  });

  test('of a newer api is read without what this worker does not know', () => {
    expect(
      attemptJobOf(job({ provider: 'anthropic', method: 'setup-token', urgency: 'high' })),
    ).toMatchObject({
      handshake: HANDSHAKE,
      customer: 'alice',
    });
  });

  test.each([
    ['somebody-new', 'api-key'],
    ['openai', 'setup-token'],
    ['openai', 'claude-login'],
    ['anthropic', 'constructor'],
  ])(
    'that asks for %s by %s, which only a newer worker knows, is refused and not done another way',
    (provider, method) => {
      const submission = method === 'api-key' ? randomUUID() : undefined;
      expect(() => attemptJobOf(job({ provider, method, submission }))).toThrow(
        `${provider} by ${method} is not known here`,
      );
    },
  );

  test('by a key is taken only with the key, and any other only without', () => {
    const key = { provider: 'openai', method: 'api-key' };
    expect(() => attemptJobOf(job(key))).toThrow('is not known here');
    const submission = randomUUID();
    expect(attemptJobOf(job({ ...key, submission }))).toMatchObject({ ...key, submission });
    const signIn = { provider: 'anthropic', method: 'setup-token' };
    expect(() => attemptJobOf(job({ ...signIn, submission }))).toThrow('is not known here');
    expect(attemptJobOf(job({ ...signIn, method: 'claude-login' }))).toMatchObject({
      method: 'claude-login',
    });
  });
});
