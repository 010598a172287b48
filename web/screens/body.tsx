import type { PageVisit } from '../client/page-visit.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { Connected } from './connected.tsx';
import { Consent } from './consent.tsx';
import { Open } from './open.tsx';
import { Paste } from './paste.tsx';
import { Preparing } from './preparing.tsx';
import { Progress } from './progress.tsx';
import { Trouble } from './trouble.tsx';

/** What a screen shows between its heading and its actions. */
export function Body({ screen, visit }: { screen: PageScreen; visit: PageVisit }) {
  switch (screen.name) {
    case 'loading':
      return <div class="body" />;
    case 'consent':
      return <Consent customer={screen.customer} />;
    case 'preparing':
      return <Preparing step={screen.step} notice={screen.notice} />;
    case 'open':
      return <Open notice={screen.notice} isRejected={screen.isRejected} />;
    case 'paste':
      return <Paste error={screen.error} href={screen.href} visit={visit} />;
    case 'progress':
      return <Progress steps={screen.steps} />;
    case 'connected':
      return <Connected connection={screen.connection} model={screen.model} />;
    case 'trouble':
      return <Trouble message={screen.message} reference={screen.reference} />;
  }
}
