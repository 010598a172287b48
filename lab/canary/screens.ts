import type { Program } from '../../core/contract/versions.ts';
import { readLink } from '../../worker/programs/claude/link.screens.ts';
import { PROMPT, readField } from '../../worker/programs/claude/prompt.screens.ts';
import { isExchanging, readOutcome } from '../../worker/programs/claude/setup-token.screens.ts';
import { readPaste, readPrompt } from '../../worker/programs/openclaw/screens.ts';
import type { Screen } from '../../worker/terminal/screen.ts';
import type { Track, Tracker, TrackOptions } from '../../worker/terminal/track.ts';
import { normalise } from './normalise.ts';

/** Where a handshake puts the token on a box where nothing is connected. */
const PROFILE = 'anthropic:manual';

/** The screens of a program by what Keyferry reads in them: every one that was seen, each once, the last one last. */
export type Screens = Readonly<Record<string, readonly string[]>>;

/** Different screens of one name that are kept. */
const MOST_OF_ONE = 6;

/** What Keyferry reads in a screen of either program, in words for people. */
export function nameOf(program: Program, screen: Screen): string {
  return program === 'claude' ? ofClaude(screen) : ofOpenClaw(screen);
}

function ofClaude(screen: Screen): string {
  const outcome = readOutcome(screen);
  if (outcome) return outcome.kind === 'token' ? 'the token' : 'a refusal';
  const link = readLink(screen)?.kind;
  if (link === 'stated') return 'a statement';
  if (link === 'untrusted') return 'a link that is not trusted';
  // Without the prompt a link is half drawn, or left from before.
  if (!screen.has(PROMPT)) return isExchanging(screen) ? 'the exchange' : 'the start';
  return link === 'asking' && readField(screen) ? 'the link' : 'the typed code';
}

function ofOpenClaw(screen: Screen): string {
  const read = readPaste(undefined, screen, PROFILE);
  if (read) return read === 'stored' ? 'the end' : 'a refusal';
  const prompt = readPrompt(screen, { openclaw: { id: 'anthropic' } });
  if (prompt === undefined) return 'the start';
  return prompt === 'asks' ? 'the prompt' : 'a dead end';
}

/** Keeps, of every screen that a handshake reads on its way, what does not change from run to run. */
export class ScreenLog implements Tracker {
  readonly #home: string;
  readonly #seen: Record<Program, Map<string, string[]>> = { claude: new Map(), openclaw: new Map() };

  /** `home`: of the box. */
  constructor(home: string) {
    this.#home = home;
  }

  track({ columns, redactor, program }: TrackOptions): Track {
    return {
      frame: (screen) => {
        if (program === undefined) return;
        const rows = redactor.rows(screen.rows.map(({ text }) => text));
        const text = normalise(rows, columns, this.#home).join('\n');
        if (text !== '') this.#keep(this.#seen[program], nameOf(program, screen), text);
      },
      end: () => {},
    };
  }

  screens(program: Program): Screens {
    return Object.fromEntries(this.#seen[program]);
  }

  #keep(seen: Map<string, string[]>, name: string, text: string): void {
    const others = (seen.get(name) ?? []).filter((one) => one !== text);
    seen.set(name, [...others, text].slice(-MOST_OF_ONE));
  }
}
