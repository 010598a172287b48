import type { DoctorRun } from '../../core/contract/http-api.ts';
import type { CustomerUpdate, PlatformCustomer } from '../../core/contract/platform-api.ts';

/** Examples for the platform's document. A test checks them by their schemas. */
export const CUSTOMER: PlatformCustomer = {
  customer: 'alice',
  displayName: 'Alice Example',
  locale: 'de-CH',
  plan: 'pro',
  metadata: { accountId: '4711' },
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-29T08:30:00.000Z',
};

export const CUSTOMER_UPDATE: CustomerUpdate = {
  displayName: 'Alice Example',
  locale: 'de-CH',
  plan: 'pro',
  metadata: { accountId: '4711' },
};

export const DOCTOR_RUN: DoctorRun = {
  run: '3f0c8a52-6d1b-4a57-9a3e-2f1f0f6f6f01',
  state: 'done',
  report: { verdict: 'ok', tookMs: 2_140, findings: [] },
};
