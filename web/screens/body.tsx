import type { PageVisit } from '../client/page-visit.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { Connected } from './connected.tsx';
import { Consent } from './consent.tsx';
import { Open } from './open.tsx';
import { Paste } from './paste.tsx';
import { Preparing } from './preparing.tsx';
import { Progress } from './progress.tsx';
import { Trouble } from './trouble.tsx';

interface Props {
  screen: PageScreen;
  visit: PageVisit;
  isInert: boolean;
}

/** What a screen shows between its heading and its actions. */
export function Body({ screen, visit, isInert }: Props) {
  switch (screen.name) {
    case 'loading':
      return <div class="body" />;
    case 'consent':
      return <Consent screen={screen} visit={visit} />;
    case 'choices':
    case 'connections':
    case 'usage':
    case 'key': {
      // Only what has been loaded can have made this screen.
      const Beside = visit.places?.Body;
      return Beside ? <Beside screen={screen} visit={visit} isInert={isInert} /> : null;
    }
    case 'preparing':
      return <Preparing step={screen.step} notice={screen.notice} />;
    case 'open':
      return <Open notice={screen.notice} isRejected={screen.isRejected} />;
    case 'paste':
      return <Paste error={screen.error} href={screen.href} visit={visit} />;
    case 'progress':
      return <Progress steps={screen.steps} notice={screen.notice} />;
    case 'connected':
      return <Connected screen={screen} visit={visit} isInert={isInert} />;
    case 'trouble':
      return <Trouble screen={screen} visit={visit} />;
  }
}
