import { KeyferryError } from '../../core/contract/errors.ts';
import { type Action, may, type Operator } from '../../core/contract/operators.ts';
import type { Audit } from '../../core/store/audit.ts';

/** What an operator is about to do. */
export interface Doing {
  operator: Operator;
  action: Action;
  /** The address that they do it from. */
  from: string;
}

export interface Subject {
  customer?: string;
  handshake?: string;
  /** What of them, in one line of at most 200 characters. */
  detail?: string;
}

/** Merely reading lists is not audited; that would bury the rest. */
const UNWRITTEN: ReadonlySet<Action> = new Set<Action>(['see', 'queues-see']);
/** Seconds in which views by an operator of the same last screen are one: their page asks again and again. */
const ONE_VIEW_S = 60;

/** Throws `role_refused`, after auditing it, if the operator may not. */
export async function admit(audit: Audit, { operator, action, from }: Doing): Promise<void> {
  if (may(operator.role, action)) return;
  await audit.append({ ...named(operator), action, outcome: 'refused', from });
  throw new KeyferryError('role_refused');
}

/** Audits it before it is done, so that nothing is done unaudited. */
export async function writeDown(
  audit: Audit,
  { operator, action, from }: Doing,
  subject: Subject = {},
  detail?: string,
): Promise<void> {
  if (UNWRITTEN.has(action)) return;
  const entry = { ...named(operator), action, outcome: 'done', from, ...subject } as const;
  await audit.append({ ...entry, ...(detail ? { detail } : {}) });
}

/** Audits that an operator sees the last screen of a handshake, before it is sent. */
export async function writeDownScreen(
  audit: Audit,
  { operator, from }: Omit<Doing, 'action'>,
  subject: Required<Pick<Subject, 'customer' | 'handshake'>>,
): Promise<void> {
  await audit.appendOnce(
    {
      ...named(operator),
      action: 'see',
      outcome: 'done',
      from,
      ...subject,
      detail: 'the last screen',
    },
    { as: `screen:${operator.name}:${subject.handshake}`, seconds: ONE_VIEW_S },
  );
}

const named = ({ name: who, role }: Operator) => ({ actor: 'operator', who, role }) as const;
