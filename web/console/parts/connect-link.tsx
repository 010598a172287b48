import { useState } from 'preact/hooks';
import type { Refusal } from '../../model/state.ts';
import { Exactly } from './moment.tsx';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

/** Makes a link that lets a customer in, to send to them. */
export function ConnectLink({ customer }: { customer: string }) {
  const { desk } = useDesk();
  const [link, setLink] = useState<{ url: string; expiresAt: string }>();
  const [why, setWhy] = useState<Refusal>();
  const make = async () => {
    const answer = await desk.api.connectLink(customer);
    if (!answer.ok) return setWhy(answer.why);
    setLink(answer.body);
    const isCopied = await navigator.clipboard.writeText(answer.body.url).then(
      () => true,
      () => false,
    );
    desk.say(isCopied ? `The link for ${customer} is copied.` : `The link for ${customer} is made.`);
  };
  return (
    <>
      {customer}{' '}
      <button class="plain" type="button" onClick={() => void make()}>
        Make a connect link
      </button>
      {link && (
        <span class="block">
          <code class="link">{link.url}</code>
          <span class="soft block">
            Good once, until <Exactly at={link.expiresAt} />. Whoever has it is let in: send it to the
            customer alone.
          </span>
        </span>
      )}
      <Problem why={why} />
    </>
  );
}
