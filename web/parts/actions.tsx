import type { Action, Link, Screen } from '../model/screen.ts';
import { TEXTS } from '../model/texts.ts';
import { CODE_FORM } from '../screens/paste.tsx';
import type { Visit } from '../talk/visit.ts';
import { ArrowOut } from './icons.tsx';

/** What the customer can do, at the foot of every screen: at most one thing loudly. `isInert`: only to be looked at. */
export function Actions({ screen, visit, isInert }: { screen: Screen; visit: Visit; isInert: boolean }) {
  const { primary, quiet, problem, left } = screen;
  return (
    <div class="actions" inert={isInert}>
      {problem && <p class="problem">{problem}</p>}
      {primary && <ActionButton action={primary} look="primary" visit={visit} />}
      {left && <p class="left">{left.text}</p>}
      {quiet.length > 0 && (
        <div class="quiet">
          {quiet.map((action) => (
            <ActionButton key={action.does} action={action} look="plain" visit={visit} />
          ))}
        </div>
      )}
    </div>
  );
}

interface Props<Kind> {
  action: Kind;
  look: string;
  visit: Visit;
}

function ActionButton({ action, look, visit }: Props<Action>) {
  if ('href' in action) return <ActionLink action={action} look={look} visit={visit} />;
  const { does, label, busy = false } = action;
  if (does === 'submit') {
    return (
      <button class={look} type="submit" form={CODE_FORM}>
        {label}
      </button>
    );
  }
  return (
    <button class={look} type="button" aria-disabled={busy} onClick={() => !busy && visit[does]()}>
      {label}
    </button>
  );
}

function ActionLink({ action: { does, label, href }, look, visit }: Props<Link>) {
  if (does === 'leave') {
    return (
      <a class={look} href={href} rel="noreferrer">
        {label}
      </a>
    );
  }
  // After the browser has followed the link: what it is on goes away with the screen.
  const opened = () => void setTimeout(() => visit.opened());
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
      {label}
      <ArrowOut />
      <span class="unseen"> ({TEXTS.newTab})</span>
    </a>
  );
}
