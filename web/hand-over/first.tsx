import { render } from 'preact';
import { useState } from 'preact/hooks';
import type { PageVisit } from '../client/page-visit.ts';
import { say } from '../messages/say.ts';
import { whyText } from '../model/page-screen.ts';
import { FirstEnd, type FirstShows } from './first-end.ts';
import { Choice, Frame, oneMoment, Waiting, Word } from './frame.tsx';
import { QrCode } from './qr-code.tsx';

/** Shows the hand-over in place of the page, which goes on below, until the customer goes back to it. */
export function showHandOver(root: HTMLElement, visit: PageVisit): void {
  const over = document.createElement('div');
  const title = document.title;
  const back = () => {
    end.leave();
    render(null, over);
    over.remove();
    root.hidden = false;
    document.title = title;
    root.querySelector('h1')?.focus();
  };
  const end = new FirstEnd({
    ask: (request) => visit.ask(request),
    onChange: (shows) => {
      // The session has ended: the page below says so.
      if (visit.state.barred !== undefined) back();
      else render(<First shows={shows} end={end} back={back} />, over);
    },
  });
  root.after(over);
  root.hidden = true;
  render(<First shows={{ at: 'making' }} end={end} back={back} />, over);
  void end.begin();
}

interface Props {
  shows: FirstShows;
  end: FirstEnd;
  back: () => void;
}

/** What the first device shows of a hand-over. */
export function First({ shows, end, back }: Props) {
  const toPage = (
    <Choice look="plain" onClick={back}>
      {say('handOver.back')}
    </Choice>
  );
  const again = <Choice onClick={() => void end.anew()}>{say('handOver.again')}</Choice>;
  switch (shows.at) {
    case 'making':
    case 'confirmed':
      return (
        <Frame heading={say('handOver.heading')} spot={shows.at} actions={toPage}>
          <Waiting text={shows.at === 'making' ? oneMoment() : say('handOver.confirmed')} />
        </Frame>
      );
    case 'code':
      return (
        <Frame heading={say('handOver.heading')} spot={shows.at} actions={toPage}>
          <p>{say('handOver.lead')}</p>
          <QrCode text={shows.url} label={say('handOver.code')} />
          <CopyLink url={shows.url} />
          <p class="notice">{say('handOver.warning')}</p>
        </Frame>
      );
    case 'paused':
      return (
        <Frame heading={say('handOver.heading')} spot={shows.at} actions={[again, toPage]}>
          <p>{say('handOver.paused')}</p>
        </Frame>
      );
    case 'word':
      return (
        <Frame
          heading={say('handOver.which')}
          spot={shows.at}
          problem={shows.problem && whyText(shows.problem)}
          actions={[
            ...shows.choices.map((word) => (
              <Choice key={word} onClick={() => void end.choose(word)}>
                <Word>{word}</Word>
              </Choice>
            )),
            <Choice key="none" onClick={() => void end.choose(null)}>
              {say('handOver.none')}
            </Choice>,
          ]}
        >
          <p>{say('handOver.whichLead')}</p>
          <p class="notice bad">{say('handOver.whichWarning')}</p>
        </Frame>
      );
    case 'entered':
      return (
        <Frame
          heading={say('handOver.entered')}
          spot={shows.at}
          actions={[
            <Choice key="back" onClick={back}>
              {say('handOver.back')}
            </Choice>,
            <Choice key="end" onClick={() => void end.signOut()}>
              {say('handOver.endThere')}
            </Choice>,
          ]}
        >
          <p>{say('handOver.enteredLead')}</p>
        </Frame>
      );
    case 'signedOut':
      return (
        <Frame heading={say('handOver.signedOut')} spot={shows.at} actions={[again, toPage]}>
          <p>{say('handOver.signedOutLead')}</p>
        </Frame>
      );
    case 'ended':
      return (
        <Frame heading={say('handOver.ended')} spot={shows.at} actions={[again, toPage]}>
          <p>{say(`handOver.why.${shows.why}`)}</p>
        </Frame>
      );
    case 'refused':
      return (
        <Frame heading={say('handOver.ended')} spot={shows.at} actions={[again, toPage]}>
          <p>{whyText(shows.why)}</p>
        </Frame>
      );
  }
}

/** For a device without a camera. */
function CopyLink({ url }: { url: string }) {
  const [copied, setCopied] = useState<'yes' | 'no'>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      setCopied('yes');
    } catch {
      setCopied('no');
    }
  };
  return (
    <>
      <Choice onClick={() => void copy()}>{say('paste.copyLink')}</Choice>
      <p role="status">{copied === 'yes' && <span>{say('handOver.copied')}</span>}</p>
      {copied === 'no' && (
        <p class="address" dir="ltr" translate={false}>
          {url}
        </p>
      )}
    </>
  );
}
