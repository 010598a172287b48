import type { MailAddress } from '../../core/process/config.values.ts';
import type { Say } from './chat.ts';
import { escaped } from './html.ts';
import type { Post } from './smtp.ts';

/** The most characters of a subject. */
const LONGEST_SUBJECT = 150;

interface SupportMail {
  post: Post;
  from: MailAddress;
  to: MailAddress;
}

/** Says to support by mail what its chat would be told. */
export function mailTo({ post, from, to }: SupportMail): Say {
  return (text, signal, id) => {
    const plain = plainOf(text);
    const subject = (plain.split('\n', 1)[0] ?? '').slice(0, LONGEST_SUBJECT);
    return post(
      {
        from,
        to,
        subject: `Keyferry: ${subject}`,
        text: `${plain}\n`,
        html: `<pre style="white-space: pre-wrap">${escaped(plain)}</pre>`,
        // The same however often it is sent: mail programs show it once.
        messageId: `<${id}@${from.address.split('@').at(-1)}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      },
      signal,
    );
  };
}

/** A chat's text without its marks: what others have written in it has none, because it is escaped. */
export function plainOf(text: string): string {
  return text
    .replace(/<(https?:[^|>\s]+)\|([^>\n]*)>/g, '$2 ($1)')
    .replace(/^(• )?:[a-z_]+: /gm, '$1')
    .replaceAll('@\u200b', '@')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
