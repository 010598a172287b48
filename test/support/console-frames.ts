import { watchMessageSchema } from '../../core/contract/console-api.ts';

/** What live views have drawn, of all messages that a browser has received. */
export function shownIn(messages: readonly string[]): string[] {
  return messages.flatMap((text) => {
    const message = watchMessageSchema.safeParse(JSON.parse(text)).data;
    return message?.type === 'frame' ? [message.data] : [];
  });
}
