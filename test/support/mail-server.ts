import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A mail as it arrived. */
export interface Arrived {
  to: string;
  raw: string;
  mail: Email;
}

/** What the server says to a recipient (RCPT TO) or to a whole mail (DATA) instead of taking it. */
export interface Refusal {
  to: RegExp;
  at: 'RCPT' | 'DATA';
  code: number;
  text?: string;
  /** How often; for good without it. */
  times?: number;
}

/** A stand-in for the platform's mail server: it speaks SMTP on loopback, keeps what it is given, and sends nothing on. */
export class MailServer {
  readonly arrived: Arrived[] = [];
  refusals: Refusal[] = [];
  /** Mails that wait for this before they are taken. */
  held: Promise<void> | undefined;
  /** Mails that were handed in whole, taken or not. */
  handedIn = 0;
  #server: SMTPServer | undefined;
  #port = 0;

  /** `smtp://…` with a name and a password. */
  get url(): string {
    return `smtp://keyferry:${PASSWORD}@127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      closeTimeout: 100,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, answer) =>
        username === 'keyferry' && password === PASSWORD
          ? answer(null, { user: username })
          : answer(new Error('who are you?')),
      onRcptTo: ({ address }, _session, answer) => answer(this.#refusal(address, 'RCPT')),
      onData: async (stream, session, answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of stream) chunks.push(chunk as Buffer);
        this.handedIn += 1;
        await this.held;
        const to = session.envelope.rcptTo.map(({ address }) => address).join(',');
        const refused = this.#refusal(to, 'DATA');
        if (refused) return answer(refused);
        const raw = Buffer.concat(chunks);
        this.arrived.push({ to, raw: raw.toString('latin1'), mail: await PostalMime.parse(raw) });
        answer(null);
      },
    });
    server.on('error', () => {});
    this.#server = server;
    const listening = server.listen(this.#port, '127.0.0.1');
    await once(listening, 'listening');
    this.#port = (listening.address() as AddressInfo).port;
  }

  /** Ends it, cutting off who is connected; `start` brings it back where it was. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The mails to somebody, in order. */
  to(address: string): Email[] {
    return this.arrived.filter(({ to }) => to === address).map(({ mail }) => mail);
  }

  #refusal(address: string, at: Refusal['at']): Error | null {
    const found = this.refusals.find((each) => each.at === at && each.to.test(address) && each.times !== 0);
    if (!found) return null;
    if (found.times !== undefined) found.times -= 1;
    return Object.assign(new Error(found.text ?? `no mail for ${address}`), { responseCode: found.code });
  }
}

/** The stand-in's password, which is nobody's. */
export const PASSWORD = 'correct-horse-battery-staple-4711';
