import type { Request } from 'express';
import { z } from 'zod';
import { type CustomerAction, MOST_DETAIL, type PlatformAction } from '../../core/contract/audit-entry.ts';
import { customerSchema } from '../../core/contract/customer.ts';
import { handshakeIdSchema } from '../../core/contract/snapshot.ts';
import { stamped } from '../../core/store/audit.ts';
import type { Answer } from '../route.ts';
import type { Services } from '../services.ts';

/** Who has done what; operators' entries are written before it is done. */
type Deed =
  | { actor: 'platform'; who: string; action: PlatformAction }
  | { actor: 'customer'; customer: string; action: CustomerAction };

interface Answered {
  services: Services;
  request: Request;
  body: unknown;
  answer: Answer;
}

const subjectSchema = z.object({
  customer: customerSchema.optional().catch(undefined),
  handshake: handshakeIdSchema.optional().catch(undefined),
});

/**
 * Has an answer's deed written into the audit log, whether or not the database is there, and returns the answer. The
 * deed is done by now: that it could not be written is logged.
 */
export async function audited(
  { services, request, body, answer }: Answered,
  deed: Deed | undefined,
): Promise<Answer> {
  if (!deed || answer.isUnaudited) return answer;
  const { addressOf, log, recorder } = services;
  const from = addressOf(request);
  try {
    const named = [answer.json, body, request.params].flatMap(
      (each) => subjectSchema.safeParse(each).data ?? [],
    );
    const subject: z.infer<typeof subjectSchema> = {};
    for (const { customer, handshake } of named) {
      if (customer !== undefined) subject.customer = customer;
      if (handshake !== undefined) subject.handshake = handshake;
    }
    const { madeBy } = answer;
    const by = madeBy !== undefined && `by a connect link that ${madeBy} made`;
    const detail = [answer.detail, by].filter(Boolean).join('; ').slice(0, MOST_DETAIL);
    const entry = {
      ...subject,
      ...deed,
      outcome: answer.isRefused ? 'refused' : 'done',
      from,
      ...(detail !== '' && { detail }),
    } as const;
    await recorder.record('audit', stamped(entry));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unknown';
    log.error({ action: deed.action, reason }, 'what was done could not be written into the audit log');
  }
  return answer;
}
