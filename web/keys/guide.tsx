import { GUIDES, type Guide as Words } from '../../core/contract/provider-guides.ts';
import { OutLink } from '../parts/out-link.tsx';
import { GuidePicture } from './pictures.tsx';
import { KEY_TEXTS } from './texts.ts';

/** How to get a key of a provider, in three steps, and how to keep it safe. */
export function Guide({ provider }: { provider: string }) {
  const guide = guideTo(provider);
  const { heading, safe, separate, rights, cost, end, revoke, at } = KEY_TEXTS.guide;
  if (!guide) return <Advice heading={safe} all={[{ text: separate }, { name: end, text: revoke }]} />;
  const { keysAt, steps, least, limit } = guide;
  return (
    <>
      <details class="no-tab">
        <summary>{heading}</summary>
        <ol class="numbered">
          {steps.map((step, index) => (
            <li key={step}>
              <div>
                {step}
                {index === 0 && (
                  <>
                    {` ${at} `}
                    <OutLink to={keysAt}>{hostOf(keysAt)}</OutLink>.
                  </>
                )}
                <GuidePicture provider={provider} step={index} />
              </div>
            </li>
          ))}
        </ol>
      </details>
      <Advice
        heading={safe}
        all={[
          { text: separate },
          // Of some providers' keys there is no more to be said.
          ...(least === separate ? [] : [{ name: rights, text: least }]),
          { name: cost, text: limit },
          { name: end, text: guide.revoke },
        ]}
      />
    </>
  );
}

function Advice({ heading, all }: { heading: string; all: readonly { name?: string; text: string }[] }) {
  return (
    <>
      <h2>{heading}</h2>
      <ul class="advice">
        {all.map(({ name, text }) => (
          <li key={text}>
            {name && <b>{`${name}: `}</b>}
            {text}
          </li>
        ))}
      </ul>
    </>
  );
}

function guideTo(provider: string): Words | undefined {
  const guides: Readonly<Record<string, Words>> = GUIDES;
  return Object.hasOwn(guides, provider) ? guides[provider] : undefined;
}

const hostOf = (address: string) => new URL(address).host;
