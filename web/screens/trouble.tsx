import type { PageVisit } from '../client/page-visit.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { ChangingText } from '../parts/changing-text.tsx';

interface Props {
  screen: PageScreen & { name: 'trouble' };
  visit: PageVisit;
}

/** What happened; and, once that is loaded, all that there is to know beside it. */
export function Trouble({ screen, visit }: Props) {
  const { message, ends } = screen;
  const Ends = ends && visit.places?.Body;
  return (
    <div class="body">
      <p>
        <ChangingText text={message} />
      </p>
      {Ends && <Ends screen={screen} visit={visit} isInert={false} />}
    </div>
  );
}
