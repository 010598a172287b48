import type { ErrorCode } from '../../../core/contract/errors.ts';
import { boxName, shortId } from '../../../core/contract/run-words.ts';
import type { RunReport } from '../../../core/contract/shown-runs.ts';
import { hashOf } from '../model/place.ts';
import { ErrorShort } from './errors.tsx';

interface Box {
  customer: string;
  box: string;
}

/** Boxes of a run, each with the page of its customer. */
export function BoxLinks({ boxes }: { boxes: readonly Box[] }) {
  return (
    <>
      {boxes.map((box, at) => (
        <span key={boxName(box)}>
          {at > 0 && ', '}
          <a href={hashOf({ name: 'customer', customer: box.customer })}>{boxName(box)}</a>
        </span>
      ))}
    </>
  );
}

/** Why a box is not well. */
export function Reason({ code, why }: { code: ErrorCode | null; why: string | null }) {
  return (
    <>
      {code && <ErrorShort code={code} />} {why}
    </>
  );
}

/** What the boxes of a run have in common. */
export function RunFindings({ run, report }: { run: { id: string }; report: RunReport }) {
  const { unwell, verdicts, findings, steps, credentials, isCut } = report;
  const names = [...new Set(steps.map(({ step }) => step))];
  return (
    <>
      {unwell.length > 0 && (
        <section aria-labelledby="unwell">
          <h2 id="unwell">Not well</h2>
          <ul class="plain-list">
            {unwell.map((each) => (
              <li key={`${each.state} ${each.code} ${each.why}`}>
                <b>
                  {each.count} {each.state}
                </b>
                : <Reason {...each} />: <Named {...each} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {(verdicts.length > 0 || findings.length > 0) && (
        <section aria-labelledby="examined">
          <h2 id="examined">What the doctor found</h2>
          <p>{verdicts.map(({ verdict, count }) => `${count} ${verdict}`).join(', ')}</p>
          <ul class="plain-list">
            {findings.map((each) => (
              <li key={`${each.id} ${each.status}`}>
                <b>{each.count}</b> {each.id} <span class="soft">({each.status})</span>: <Named {...each} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {steps.length > 0 && (
        <section aria-labelledby="steps">
          <h2 id="steps">Steps</h2>
          <dl class="facts">
            {names.map((name) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  {steps
                    .filter(({ step }) => step === name)
                    .map(({ state, count }) => `${count} ${state}`)
                    .join(', ')}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {credentials.length > 0 && (
        <section aria-labelledby="credentials">
          <h2 id="credentials">Credentials that were there</h2>
          <ul class="plain-list">
            {credentials.map((each) => (
              <li key={each.words}>
                <b>{each.count}</b> {each.words}: <Named {...each} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {isCut && (
        <p class="soft">
          There is more than is listed here: <code>keyferry fleet run {shortId(run)} --csv</code> has all of
          it.
        </p>
      )}
    </>
  );
}

function Named({ boxes, count }: { boxes: readonly Box[]; count: number }) {
  return (
    <>
      <BoxLinks boxes={boxes} />
      {count > boxes.length && ` and ${count - boxes.length} more`}
    </>
  );
}
