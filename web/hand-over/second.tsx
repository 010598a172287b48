import { render } from 'preact';
import { CONTINUE_PATH, type ContinueLook } from '../../core/contract/hand-over.ts';
import type { Clock } from '../client/clock.ts';
import { say, together } from '../messages/say.ts';
import { machineName } from '../model/machine-name.ts';
import { whyText } from '../model/page-screen.ts';
import { Machine } from '../parts/machine.tsx';
import { Choice, Frame, oneMoment, Waiting, Word } from './frame.tsx';
import { SecondEnd, type SecondShows } from './second-end.ts';

/** In the address once the link has been opened here: what it held is not to be seen any longer. */
const OPENED = 'opened';

/** Runs the page at a hand-over's link; `token`: what is in the link's path. Returns what draws it. */
export function showContinue(root: HTMLElement, token: string, clock: Clock): () => void {
  let shown: SecondShows = { at: 'looking' };
  const draw = () => render(<Second shows={shown} end={end} />, root);
  const end = new SecondEnd({
    origin: location.origin,
    token: token === OPENED ? undefined : token,
    clock,
    onChange: (shows) => {
      shown = shows;
      draw();
    },
    onOpened: () => history.replaceState(null, '', `${CONTINUE_PATH}${OPENED}`),
    onEntered: () => location.replace('/'),
  });
  draw();
  void end.begin();
  return draw;
}

/** What the second device shows of a hand-over. */
export function Second({ shows, end }: { shows: SecondShows; end: SecondEnd }) {
  const stop = (
    <Choice key="stop" onClick={() => end.stop()}>
      {say('continue.stop')}
    </Choice>
  );
  switch (shows.at) {
    case 'looking':
    case 'confirmed':
      return (
        <Frame heading={oneMoment()} spot={shows.at} actions={null}>
          <Waiting text={shows.at === 'looking' ? oneMoment() : say('continue.confirmed')} />
        </Frame>
      );
    case 'question':
      return (
        <Frame
          heading={say('continue.heading')}
          spot={shows.at}
          problem={shows.problem && whyText(shows.problem)}
          actions={[
            <Choice key="go" onClick={() => void end.open()}>
              {say('continue.go')}
            </Choice>,
            stop,
          ]}
        >
          <p>
            <Machine customer={machineOf(shows.about)} />
          </p>
          <p>{say('continue.lead')}</p>
          <p class="notice bad">{say('continue.warning')}</p>
        </Frame>
      );
    case 'word':
      return (
        <Frame heading={say('continue.word')} spot={shows.at} actions={stop}>
          <p>{say('continue.wordLead')}</p>
          <p style={{ margin: '1.5rem 0', fontSize: '2.25rem', fontWeight: 700, textAlign: 'center' }}>
            <Word>{shows.word}</Word>
          </p>
          <p>
            <Machine customer={machineOf(shows.about)} />
          </p>
          <Waiting text={say('continue.waiting')} />
        </Frame>
      );
    case 'stopped':
      return (
        <Frame heading={say('continue.stopped')} spot={shows.at} actions={null}>
          <p>{say('continue.stoppedLead')}</p>
        </Frame>
      );
    case 'ended':
      return (
        <Frame
          heading={say('handOver.ended')}
          spot={shows.at}
          actions={shows.refreshUrl && <SignIn at={shows.refreshUrl} />}
        >
          <p>{endText(shows)}</p>
        </Frame>
      );
    case 'refused':
      return (
        <Frame heading={say('handOver.ended')} spot={shows.at} actions={null}>
          <p>{whyText(shows.why)}</p>
        </Frame>
      );
  }
}

function endText({ why, refreshUrl }: SecondShows & { at: 'ended' }): string {
  if (why !== 'elsewhere') return together(say(`handOver.why.${why}`), say('continue.again'));
  return together(
    say('handOver.why.elsewhere'),
    say(refreshUrl === undefined ? 'continue.openPlatform' : 'continue.signIn'),
  );
}

/** The platform's own sign-in, which sends the customer back with a link of their own. */
function SignIn({ at }: { at: string }) {
  return (
    <a class="primary" href={at} rel="noreferrer">
      {say('continue.signInAt', { host: new URL(at).host })}
    </a>
  );
}

/** Whose machine it is, also where the api has not said. */
function machineOf(about: ContinueLook | undefined): string {
  return machineName(about ?? { customer: location.hostname.split('.')[0] ?? '' });
}
