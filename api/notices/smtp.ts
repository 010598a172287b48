import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer';
import type { SmtpServer } from '../../core/process/config.values.ts';
import type { Delivery } from './delivery.ts';

/** Milliseconds to connect (and for the server's first words), of silence, and for a whole mail. */
const CONNECT_MS = 10_000;
const STILL_MS = 20_000;
const WHOLE_MS = 60_000;

/** A mail as it is handed in. */
export type Letter = Required<
  Pick<SendMailOptions, 'from' | 'to' | 'subject' | 'text' | 'html' | 'messageId' | 'headers'>
>;

/** Hands a mail in; never rejects. */
export type Post = (letter: Letter, signal: AbortSignal) => Promise<Delivery>;

/**
 * Hands mails to a server, over a connection of its own for each: they are few, and one that hangs holds up no other. The
 * library's own log, which has recipients in it, stays off.
 */
export function smtpPost({ host, port, tls, user, password }: SmtpServer): Post {
  const transport = createTransport({
    host,
    port,
    secure: tls === 'always',
    requireTLS: tls === 'required',
    ...(user !== undefined && { auth: { user, pass: password?.reveal() ?? '' } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: STILL_MS,
    logger: false,
    // A mail is what is given, and nothing that it names.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (letter, signal) => {
    const either = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]);
    try {
      await transport.sendMail({ ...letter, signal: either });
      return { result: 'sent' };
    } catch (thrown) {
      return failureOf(thrown as NodemailerError);
    }
  };
}

/**
 * What a failure means. A recipient or a message that is refused with a 5xx stays so; everything that says nothing of them
 * (the sign-in, the sender, TLS, no answer, 421) is the server's, and other mails would meet it as well.
 */
export function failureOf({
  code = '',
  command = '',
  responseCode,
  permanent,
}: Pick<NodemailerError, 'code' | 'command' | 'responseCode' | 'permanent'>): Delivery {
  const isOfAddress = command === 'RCPT TO' || (code === 'EENVELOPE' && command === 'API');
  const isOfMail = isOfAddress || command === 'DATA';
  const why = [/^[A-Z][A-Z0-9_]{2,30}$/.test(code) ? code : 'unknown', responseCode]
    .filter(Boolean)
    .join(' ');
  if (!isOfMail || responseCode === 421) return { result: 'away', why };
  const isForGood = permanent ?? responseCode === undefined;
  if (!isForGood) return { result: 'later', why };
  return { result: 'refused', why, ...(isOfAddress && { isOfAddress }) };
}
