import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { PageVisit } from './client/page-visit.ts';
import { say } from './messages/say.ts';
import type { View } from './model/view.ts';
import { Actions } from './parts/actions.tsx';
import { ChangingText } from './parts/changing-text.tsx';
import { Footer } from './parts/footer.tsx';
import { Picture } from './parts/picture.tsx';
import { Body } from './screens/body.tsx';

interface Props {
  view: View;
  visit: PageVisit;
  /** Continues on another device; undefined where that cannot be. */
  handOver: (() => void) | undefined;
}

/** The screens that somebody may want to leave for another device. */
const LEFT_FOR_ANOTHER: readonly string[] = ['consent', 'open', 'paste', 'choices', 'key'];

/** The whole page: one card in a fixed frame, whose heading gets the focus when the customer has moved on. */
export function Page({ view, visit, handOver }: Props) {
  const { screen, brand } = view;
  const isInert = view.viewOnly !== undefined;
  const heading = useHeadingFocus(view.spot, visit);
  useEffect(() => {
    document.title = view.title;
  }, [view.title]);
  return (
    <div class="page">
      {view.standIn && (
        <aside class="band" aria-label={say('standInLabel')}>
          {say('standIn')}
        </aside>
      )}
      {view.viewOnly && (
        <aside class="band" aria-label={say('viewOnlyLabel')}>
          <ChangingText text={view.viewOnly} name={view.customer} />
        </aside>
      )}
      <main
        // Not the element of the waiting screen, so that nothing visibly moves when the first state arrives.
        key={screen.name === 'loading'}
        class={`card on-${screen.name}`}
        aria-busy={screen.name === 'loading'}
      >
        {(brand.logo || brand.name) && (
          <p class="brand" translate={false}>
            {brand.logo ? <img src={brand.logo} alt={brand.name ?? ''} /> : <bdi>{brand.name}</bdi>}
          </p>
        )}
        <Picture shows={view.picture} party={view.party} />
        <h1 key={`${screen.name} ${screen.heading}`} ref={heading} tabIndex={-1}>
          {screen.heading}
        </h1>
        <Body key={view.spot} screen={screen} visit={visit} isInert={isInert} />
        <Actions key={`actions of ${view.spot}`} screen={screen} visit={visit} isInert={isInert} />
        {handOver && LEFT_FOR_ANOTHER.includes(screen.name) && (
          <div class="quiet">
            <button class="plain" type="button" onClick={handOver}>
              <ChangingText text={say('actions.handOver')} />
            </button>
          </div>
        )}
      </main>
      {screen.name !== 'loading' && <Footer brand={brand} />}
      <p class="banner" role="status">
        {view.banner && <ChangingText text={view.banner} />}
      </p>
      <p class="unseen" role="status">
        {view.said && <ChangingText text={view.said} />}
      </p>
    </div>
  );
}

/** Moves the focus to the new heading when the customer caused the change, or when the focused element disappeared. */
function useHeadingFocus(screen: string, visit: PageVisit) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(screen);
  const focused = document.activeElement;
  useLayoutEffect(() => {
    const isNew = shown.current !== screen;
    shown.current = screen;
    const isLost = focused !== null && focused !== document.body && !focused.isConnected;
    // What is still being loaded is not where the customer wanted to go, and is not seen for its first moment.
    const hasMoved = isNew && screen !== 'loading' && visit.takeMove();
    if (hasMoved || isLost) heading.current?.focus({ preventScroll: true });
    if (isNew) scrollTo(0, 0);
  });
  return heading;
}
