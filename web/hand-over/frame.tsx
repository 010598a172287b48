import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { configuredBrand } from '../client/dress.ts';
import { say } from '../messages/say.ts';
import { Footer } from '../parts/footer.tsx';

interface Props {
  heading: string;
  /** What may change while the heading stays: a new spot moves the focus to the heading. */
  spot: string;
  children: ComponentChildren;
  actions: ComponentChildren;
  /** In case something did not happen. */
  problem?: string | undefined;
}

/** A card like the page's own, for a hand-over. */
export function Frame({ heading, spot, children, actions, problem }: Props) {
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = heading;
  }, [heading]);
  useLayoutEffect(() => {
    top.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [spot]);
  return (
    <div class="page">
      <main
        // As the page's own: what is not there yet is not seen, and nothing moves when it comes.
        key={spot === 'looking'}
        class={spot === 'looking' ? 'card on-loading' : 'card'}
        aria-busy={spot === 'looking'}
      >
        <h1 key={heading} ref={top} tabIndex={-1}>
          {heading}
        </h1>
        <div key={spot} class="body" role={spot === 'making' || spot === 'looking' ? 'status' : undefined}>
          {children}
        </div>
        <div key={`actions of ${spot}`} class="actions">
          {problem && (
            <p class="problem" role="alert">
              {problem}
            </p>
          )}
          {actions}
        </div>
      </main>
      {spot !== 'looking' && <Footer brand={configuredBrand()} />}
    </div>
  );
}

/** A button as large as every other here: no answer is easier to give than its opposite. */
export function Choice({
  onClick,
  children,
  look = 'secondary',
}: {
  onClick: () => void;
  children: ComponentChildren;
  look?: 'primary' | 'secondary' | 'plain';
}) {
  return (
    <button class={look} type="button" onClick={onClick}>
      {children}
    </button>
  );
}

/** A word of the hand-over: the same in every language, so no browser is to translate it. */
export function Word({ children }: { children: string }) {
  return (
    <span lang="en" dir="ltr" translate={false} style={{ letterSpacing: '0.08em' }}>
      {children}
    </span>
  );
}

/** It takes a moment. */
export function Waiting({ text }: { text: string }) {
  return (
    <p class="busy now">
      <span class="mark" />
      <span key={text}>{text}</span>
    </p>
  );
}

export const oneMoment = () => say('loading.heading');
