import type { ComponentChildren } from 'preact';
import { GUIDES } from '../../core/contract/provider-guides.ts';
import { isMessage, type MessageKey, rich, say } from '../messages/say.ts';
import { linkTo } from '../parts/out-link.tsx';
import { GuidePicture } from './pictures.tsx';

/** How to get a key of a provider, in three steps, and how to keep it safe. */
export function Guide({ provider }: { provider: string }) {
  const keysAt = keysAtOf(provider);
  const separate = { text: say('guide.separate') };
  const end = (text: string) => ({ name: say('guide.end'), text });
  if (keysAt === undefined) return <Advice all={[separate, end(say('guide.revoke'))]} />;
  const least = own(provider, 'least');
  return (
    <>
      <details class="no-tab">
        <summary>{say('guide.heading')}</summary>
        <ol class="numbered">
          {([0, 1, 2] as const).map((index) => (
            <li key={index}>
              <div>
                {own(provider, index) ?? say('guide.copy')}
                {index === 0 && (
                  <> {rich('guide.at', { host: new URL(keysAt).host, link: linkTo(keysAt) })}</>
                )}
                <GuidePicture provider={provider} step={index} />
              </div>
            </li>
          ))}
        </ol>
      </details>
      <Advice
        all={[
          separate,
          // Of some providers' keys there is no more to be said.
          ...(least === undefined ? [] : [{ name: say('guide.rights'), text: least }]),
          { name: say('guide.cost'), text: own(provider, 'limit') ?? say('guide.look') },
          end(own(provider, 'revoke') ?? say('guide.delete')),
        ]}
      />
    </>
  );
}

function Advice({ all }: { all: readonly { name?: string; text: string }[] }) {
  const bold = (inside: ComponentChildren) => <b>{inside}</b>;
  return (
    <>
      <h2>{say('guide.safe')}</h2>
      <ul class="advice">
        {all.map(({ name, text }) => (
          <li key={text}>{name ? rich('guide.advice', { name, text, b: bold }) : text}</li>
        ))}
      </ul>
    </>
  );
}

/** What is said of this provider alone; undefined: what is said of all holds. */
function own(provider: string, about: 0 | 1 | 2 | 'least' | 'limit' | 'revoke'): string | undefined {
  const key = `guide.${provider}.${about}`;
  return isMessage(key) ? say(key as MessageKey & 'guide.copy') : undefined;
}

function keysAtOf(provider: string): string | undefined {
  const guides: Readonly<Record<string, { keysAt: string }>> = GUIDES;
  return Object.hasOwn(guides, provider) ? guides[provider]?.keysAt : undefined;
}
