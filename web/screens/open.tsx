import { say } from '../messages/say.ts';
import { ChangingText } from '../parts/changing-text.tsx';

interface Props {
  notice: string | undefined;
  /** The notice says that a code was not accepted. */
  isRejected: boolean;
}

/** The link is there, to be clicked; a notice says why it is a different one. */
export function Open({ notice, isRejected }: Props) {
  return (
    <div class="body">
      {notice && (
        <p class={isRejected ? 'notice bad' : 'notice'}>
          <ChangingText text={notice} />
        </p>
      )}
      <p>{say('open.lead')}</p>
    </div>
  );
}
