import type { PageVisit } from '../client/page-visit.ts';
import { say } from '../messages/say.ts';
import type { Action, Button, Link, PageScreen, Turn } from '../model/page-screen.ts';
import { ChangingText } from './changing-text.tsx';
import { FORM } from './form.ts';
import { ArrowOut } from './icons.tsx';

/** What the customer can do, at the foot of every screen: at most one prominent action. `isInert`: for viewing only. */
export function Actions({
  screen,
  visit,
  isInert,
}: {
  screen: PageScreen;
  visit: PageVisit;
  isInert: boolean;
}) {
  const { primary, quiet, problem, left } = screen;
  return (
    <div class="actions">
      {problem && (
        <p class="problem">
          <ChangingText text={problem} />
        </p>
      )}
      {primary && <ActionButton action={primary} look="primary" visit={visit} isInert={isInert} />}
      {left && (
        <p class="left">
          <ChangingText text={left.text} />
        </p>
      )}
      {quiet.length > 0 && (
        <div class="quiet">
          {quiet.map((action) => (
            <ActionButton
              key={`${action.does} ${action.does === 'go' && action.label}`}
              action={action}
              look="plain"
              visit={visit}
              isInert={isInert}
            />
          ))}
        </div>
      )}
    </div>
  );
}

interface Props<Kind> {
  action: Kind;
  look: string;
  visit: PageVisit;
}

export function ActionButton({ action, look, visit, isInert }: Props<Action> & { isInert: boolean }) {
  if (isInert) {
    return (
      <span class={look} aria-disabled="true">
        <ChangingText text={action.label} />
      </span>
    );
  }
  if ('href' in action) return <ActionLink action={action} look={look} visit={visit} />;
  return <PressButton action={action} look={look} visit={visit} />;
}

function PressButton({ action, look, visit }: Props<Button | Turn>) {
  const { does, label } = action;
  const busy = action.does !== 'go' && action.busy === true;
  if (does === 'submit') {
    return (
      <button class={look} type="submit" form={FORM}>
        <ChangingText text={label} />
      </button>
    );
  }
  return (
    <button class={look} type="button" aria-disabled={busy} onClick={() => !busy && press(action, visit)}>
      <ChangingText text={label} />
    </button>
  );
}

function press(action: Button | Turn, visit: PageVisit): void {
  if (action.does === 'go') visit.go(action.to);
  else if (action.does !== 'submit') visit[action.does]();
}

function ActionLink({ action: { does, label, href, host }, look, visit }: Props<Link>) {
  if (does === 'leave') {
    return (
      <a class={look} href={href} rel="noreferrer">
        <ChangingText text={label} name={host} />
      </a>
    );
  }
  const opened = () => afterFollowing(() => visit.opened());
  const byMiddleButton = ({ button }: MouseEvent) => {
    if (button === 1) opened();
  };
  return (
    <a
      class={look}
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={opened}
      onAuxClick={byMiddleButton}
    >
      <ChangingText text={label} />
      <ArrowOut />
      <span class="unseen"> {say('newTab')}</span>
    </a>
  );
}

/**
 * Once the browser has followed a link, because the link disappears with its screen; or when the page is left, if the
 * browser has no tabs and follows the link here.
 */
function afterFollowing(act: () => void): void {
  let isDone = false;
  const once = () => {
    if (!isDone) act();
    isDone = true;
  };
  setTimeout(once);
  addEventListener('pagehide', once, { once: true });
}
