import { useEffect, useMemo, useState } from 'preact/hooks';
import type { OwnModel, OwnUsage } from '../../../core/contract/own-usage.ts';
import { nameRowOf } from '../../../core/contract/provider-names.ts';
import type { PageVisit } from '../../client/page-visit.ts';
import { say, together } from '../../messages/say.ts';
import { whyText } from '../../model/page-screen.ts';
import { ChangingText } from '../../parts/changing-text.tsx';
import { UsageLook } from './usage-look.ts';
import {
  answersText,
  dayText,
  lastText,
  modelText,
  notesOf,
  type Part,
  partsOf,
  readText,
  stateText,
  usedText,
} from './words.ts';

/** What was used this month, with whose credential, and which models answer. */
export function UsagePage({ visit }: { visit: PageVisit }) {
  const [, show] = useState(0);
  const look = useMemo(
    () =>
      new UsageLook(
        (request) => visit.ask(request),
        () => show((shown) => shown + 1),
      ),
    [],
  );
  useEffect(() => {
    void look.load();
    return () => look.end();
  }, []);
  const { usage, refused } = look.shown;
  if (refused)
    return (
      <div class="body">
        <p class="problem" role="alert">
          <ChangingText text={together(say('usage.failed'), whyText(refused))} />
        </p>
        <button class="secondary" type="button" onClick={() => void look.load()}>
          {say('manage.again')}
        </button>
      </div>
    );
  if (!usage)
    return (
      <div class="body" aria-busy="true">
        <p>{say('manage.loading')}</p>
      </div>
    );
  return (
    <div class="body">
      <Used usage={usage} />
      <Answering usage={usage} />
      <Reading usage={usage} />
    </div>
  );
}

function Used({ usage }: { usage: OwnUsage }) {
  const { from, to, timeZone = 'UTC', boxes } = usage;
  const parts = partsOf(usage);
  const wasRead = boxes.some(({ readAt }) => readAt !== null);
  return (
    <>
      <p>{say('usage.lead', { first: dayText(from), last: dayText(to), zone: timeZone })}</p>
      {parts.length === 0 && <p>{say(wasRead ? 'usage.nothing' : 'usage.unread')}</p>}
      {parts.map((part) => (
        <UsedWith key={part.whose} part={part} />
      ))}
      {notesOf(usage).map((note) => (
        <p key={note} class="small">
          {note}
        </p>
      ))}
    </>
  );
}

function UsedWith({ part: { whose, sums, together: all } }: { part: Part }) {
  const heading = `usage-${whose}`;
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}>{say(`usage.whose.${whose}`)}</h2>
      <ul class="choices">
        {sums.map((sum) => (
          <li key={`${sum.provider} ${sum.model} ${sum.kind}`} class="choice">
            <Letters model={sum} />
            <span class="words">
              <b dir="auto" translate={false}>
                {modelText(sum)}
              </b>
              <span class="about">{usedText(sum)}</span>
            </span>
          </li>
        ))}
      </ul>
      {sums.length > 1 && <p>{all}</p>}
    </section>
  );
}

function Answering({ usage: { models, boxes } }: { usage: OwnUsage }) {
  const hasBoxes = new Set([...models, ...boxes].map(({ box }) => box)).size > 1;
  return (
    <section aria-labelledby="usage-models">
      <h2 id="usage-models">{say('usage.models.heading')}</h2>
      <p>{say(models.length === 0 ? 'usage.models.none' : 'usage.models.lead')}</p>
      {models.length > 0 && (
        <ul class="choices">
          {models.map((model) => (
            <li key={`${model.box} ${model.provider} ${model.model}`} class="choice">
              <Letters model={model} />
              <span class="words">
                <b>{answersText(model)}</b>
                <span class="about">{lastText(model, hasBoxes)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** When it was last read, of each machine, and what came in the way. */
function Reading({ usage: { boxes } }: { usage: OwnUsage }) {
  if (boxes.length === 0) return null;
  return (
    <dl class="facts">
      {boxes.map((one) => (
        <div key={one.box}>
          <dt>
            {boxes.length > 1
              ? say('manage.onMachine', { provider: say('usage.read'), box: one.box })
              : say('usage.read')}
          </dt>
          <dd>{readText(one)}</dd>
          {stateText(one) && <dd class="said">{stateText(one)}</dd>}
        </div>
      ))}
    </dl>
  );
}

/** Those of its provider; where nobody has named that, what the model's name begins with. */
function Letters({ model: { of, model } }: { model: Pick<OwnModel, 'of' | 'model'> }) {
  return (
    <span class="letters" aria-hidden="true" translate={false}>
      {(of && nameRowOf(of)?.icon) ?? [...model][0]?.toUpperCase()}
    </span>
  );
}
