import type { NodemailerError, SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpServer } from '../../core/process/config.values.ts';
import type { Delivery } from './delivery.ts';

/** Milliseconds to connect (and for the server's first words), and until it may be given a mail. */
const CONNECT_MS = 10_000;
const OPENING_MS = 30_000;
/** Milliseconds of silence: a server may look at a mail for that long before it says that it has it. */
const STILL_MS = 5 * 60_000;
/** Milliseconds for a whole mail. */
export const WHOLE_MS = 6 * 60_000;

/** A mail as it is handed in. */
export type Letter = Required<
  Pick<SendMailOptions, 'from' | 'to' | 'subject' | 'text' | 'html' | 'messageId' | 'headers'>
>;

/** Hands a mail in; never rejects over what a server does. */
export type Post = (letter: Letter, signal: AbortSignal) => Promise<Delivery>;

/**
 * Hands mails to a server, over a connection of its own for each: they are few, and one that hangs holds up no other. The
 * library's own log, which has recipients in it, stays off.
 */
export function smtpPost(
  { host, port, tls, user, password }: SmtpServer,
  { stillMs = STILL_MS }: { stillMs?: number } = {},
): Post {
  return async (letter, signal) => {
    // A mail is what is given, and nothing that it names.
    const mail = new MailComposer({ ...letter, disableFileAccess: true, disableUrlAccess: true }).compile();
    const connection = new SMTPConnection({
      host,
      port,
      secure: tls === 'always',
      requireTLS: tls === 'required',
      connectionTimeout: CONNECT_MS,
      greetingTimeout: CONNECT_MS,
      dnsTimeout: CONNECT_MS,
      socketTimeout: stillMs,
      logger: false,
    });
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined);
    connection.on('error', failed.reject);
    const cutOff = () => failed.reject(Object.assign(new Error('cut off'), { code: 'ETIMEDOUT' }));
    const whole = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]);
    whole.addEventListener('abort', cutOff);
    if (whole.aborted) cutOff();
    const opening = setTimeout(cutOff, OPENING_MS);
    const step = (take: (done: (error?: Error | null) => void) => void) =>
      Promise.race([
        failed.promise,
        new Promise<void>((resolve, reject) => take((error) => (error ? reject(error) : resolve()))),
      ]);
    let isBegun = false;
    try {
      await step((done) => connection.connect(done));
      if (user !== undefined && connection.allowsAuth)
        await step((done) =>
          connection.login({ user, credentials: { user, pass: password?.reveal() ?? '' } }, done),
        );
      clearTimeout(opening);
      isBegun = true;
      await step((done) => connection.send(mail.getEnvelope(), mail.createReadStream(), done));
      return { result: 'sent' };
    } catch (thrown) {
      return failureOf(thrown as NodemailerError, isBegun);
    } finally {
      clearTimeout(opening);
      whole.removeEventListener('abort', cutOff);
      connection.close();
    }
  };
}

/** The answers that are about the sign-in, whatever they are given to. */
const SIGN_IN = [530, 535];
/** Those that are about a recipient if they say no more. */
const OF_RECIPIENT = [550, 551, 553];

/**
 * What a failure means. Before a mail was begun it is the server's, and other mails would meet it as well; so is what the server
 * says of the sign-in and the sender. After that it is the mail's: without an answer nobody knows whether it was taken, so
 * it counts as a try. What is said of the recipient itself, and of what the mail contains, is for good.
 */
export function failureOf(
  {
    code = '',
    command = '',
    responseCode,
    response,
  }: Pick<NodemailerError, 'code' | 'command' | 'responseCode' | 'response'>,
  isBegun: boolean,
): Delivery {
  const why = [/^[A-Z][A-Z0-9_]{2,30}$/.test(code) ? code : 'unknown', responseCode]
    .filter(Boolean)
    .join(' ');
  if (!isBegun) return { result: 'away', why };
  // The library refuses to write to what is no address.
  if (code === 'EENVELOPE' && command === 'API') return { result: 'refused', why, isOfAddress: true };
  if (!responseCode || responseCode === 421) return { result: 'later', why };
  const status = /(?<![\d.])5\.\d\.\d{1,3}(?!\.?\d)/.exec(response ?? '')?.[0];
  // Many a server says what it thinks of the sender only when it is told the recipient.
  const isOfSender = command === 'MAIL FROM' || status === '5.1.7' || status === '5.1.8';
  if (isOfSender || SIGN_IN.includes(responseCode)) return { result: 'away', why };
  if (responseCode < 500) return { result: 'later', why };
  if (command === 'DATA') return { result: 'refused', why };
  const isOfAddress = status ? /^5\.[12]\./.test(status) : OF_RECIPIENT.includes(responseCode);
  return isOfAddress ? { result: 'refused', why, isOfAddress } : { result: 'later', why };
}
