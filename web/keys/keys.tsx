import type { PageVisit } from '../client/page-visit.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { Choices } from './choices.tsx';
import { Ends } from './ends-part.tsx';
import { KeyPage } from './key-page.tsx';
import { Manage } from './manage/manage.tsx';
import { OtherRows } from './other-rows.tsx';
import { addRules } from './rules.ts';
import { UsagePage } from './usage/usage-page.tsx';

addRules();

export { showHandOver } from '../hand-over/first.tsx';
export { showContinue } from '../hand-over/second.tsx';
export { withWaysOn } from './ends.ts';
export { withHealthOf } from './health.ts';
export { screenOf } from './screens.ts';

/** What the screens beside the main path show between heading and actions. The page loads this with `import()`. */
export function Body({ screen, visit, isInert }: { screen: PageScreen; visit: PageVisit; isInert: boolean }) {
  if (screen.name === 'choices') return <Choices screen={screen} visit={visit} isInert={isInert} />;
  if (screen.name === 'connected') return <OtherRows screen={screen} visit={visit} isInert={isInert} />;
  if (screen.name === 'trouble') return <Ends screen={screen} />;
  if (screen.name === 'connections') return <Manage visit={visit} isInert={isInert} />;
  if (screen.name === 'usage') return <UsagePage visit={visit} />;
  return screen.name === 'key' ? <KeyPage screen={screen} visit={visit} /> : null;
}
