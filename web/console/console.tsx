import { useEffect, useState } from 'preact/hooks';
import type { Desk } from './client/desk.ts';
import { type Place, placeOf } from './model/place.ts';
import { refusalWords } from './model/words.ts';
import { Banner } from './parts/banner.tsx';
import { Top } from './parts/top.tsx';
import { type AtDesk, DeskContext, useObservable } from './parts/use.ts';
import { AuditView } from './views/audit.tsx';
import { CaseView } from './views/case.tsx';
import { CasesView } from './views/cases.tsx';
import { CustomerView } from './views/customer.tsx';
import { FleetView } from './views/fleet.tsx';
import { FleetUsageView } from './views/fleet-usage.tsx';
import { HandshakeView } from './views/handshake.tsx';
import { HandshakesView } from './views/handshakes.tsx';
import { NumbersView } from './views/numbers.tsx';
import { ReplayView } from './views/replay.tsx';
import { RunView } from './views/run.tsx';
import { RunsView } from './views/runs.tsx';
import { SignIn } from './views/sign-in.tsx';
import { WatchView } from './views/watch.tsx';

/** The whole console: whether somebody is signed in decides if it shows a sign-in, the address decides what else it shows. */
export function Console({ desk }: { desk: Desk }) {
  useObservable(desk);
  const place = usePlace();
  const { here } = desk;
  return (
    <div class="console">
      <p class="unseen" role="status">
        {desk.said}
      </p>
      {here.is === 'unknown' && <Unknown why={here.why && refusalWords(here.why)} />}
      {here.is === 'nobody' && <SignIn desk={desk} ways={here.ways} hasEnded={here.hasEnded} />}
      {here.is === 'operator' && <Work at={{ ...here, desk }} place={place} />}
    </div>
  );
}

function Unknown({ why }: { why: string | undefined }) {
  return (
    <main class="alone on-loading" aria-busy="true">
      <h1>One moment…</h1>
      <p role="status">{why}</p>
    </main>
  );
}

function Work({ at, place }: { at: AtDesk; place: Place }) {
  const { session, board } = at;
  return (
    <DeskContext.Provider value={at}>
      {session.standIn !== undefined && (
        <aside class="band" aria-label="Demonstration">
          Demonstration: Anthropic and all other providers are simulated
        </aside>
      )}
      <Top place={place} />
      <Banner board={board} />
      <main class="work">
        <View place={place} />
      </main>
    </DeskContext.Provider>
  );
}

/** A key of its own for every place, so that nothing is carried over from another. */
function View({ place }: { place: Place }) {
  switch (place.name) {
    case 'cases':
      return <CasesView search={place.search} />;
    case 'case':
      return <CaseView key={place.case} id={place.case} />;
    case 'handshakes':
      return <HandshakesView filter={place.filter} />;
    case 'handshake':
      return <HandshakeView key={place.handshake} handshake={place.handshake} />;
    case 'fleet':
      return <FleetView search={place.search} />;
    case 'usage':
      return <FleetUsageView search={place.search} />;
    case 'runs':
      return <RunsView />;
    case 'run':
      return <RunView key={place.run} run={place.run} />;
    case 'customer':
      return <CustomerView key={place.customer} customer={place.customer} />;
    case 'watch':
      return <WatchView key={place.handshake} handshake={place.handshake} />;
    case 'replay': {
      const { handshake, attempt } = place;
      return <ReplayView key={`${handshake} ${attempt}`} handshake={handshake} attempt={attempt} />;
    }
    case 'numbers':
      return <NumbersView />;
    case 'audit':
      return <AuditView search={place.search} />;
  }
}

function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const go = () => setPlace(placeOf(location.hash));
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, []);
  return place;
}
