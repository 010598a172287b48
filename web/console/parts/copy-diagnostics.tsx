import { useState } from 'preact/hooks';
import type { Refusal } from '../../model/state.ts';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

/** Copies the redacted diagnostics for a ticket; shows them if the browser does not allow copying. */
export function CopyDiagnostics({ handshake }: { handshake: string }) {
  const { desk } = useDesk();
  const [state, setState] = useState<{ is?: 'busy' | 'copied'; text?: string; why?: Refusal }>({});
  const copy = async () => {
    if (state.is === 'busy') return;
    setState({ is: 'busy' });
    const answer = await desk.api.diagnostics(handshake);
    if (!answer.ok) {
      setState({ why: answer.why });
      return;
    }
    try {
      await navigator.clipboard.writeText(answer.body);
      setState({ is: 'copied' });
      desk.say('The diagnostics are on your clipboard.');
    } catch {
      setState({ text: answer.body });
    }
  };
  return (
    <>
      <button class="secondary" type="button" aria-disabled={state.is === 'busy'} onClick={copy}>
        {state.is === 'copied' ? 'Copied' : 'Copy diagnostics'}
      </button>
      {state.text !== undefined && (
        <label class="wide">
          Your browser did not let us copy. Here is the text:
          <textarea
            readOnly
            rows={12}
            value={state.text}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
        </label>
      )}
      {state.why && (
        <div class="wide">
          <Problem why={state.why} />
        </div>
      )}
    </>
  );
}
