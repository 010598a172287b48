import type { Offer } from '../../core/contract/http-api.ts';
import { nameRowOf } from '../../core/contract/provider-names.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { beside } from '../model/beside.ts';
import { type Choice, type PageScreen, whyText } from '../model/page-screen.ts';
import { copiesText } from '../model/sign-in-screens.ts';
import type { State } from '../model/state.ts';
import { backOf } from '../model/turns.ts';
import {
  connectedIn,
  connectionsOf,
  isSignIn,
  mainWay,
  methodsOf,
  nameOf,
  type Place,
} from '../model/ways.ts';
import { MANAGE } from './manage/texts.ts';
import { KEY_TEXTS } from './texts.ts';

/** What is shown at a place beside the main path, from the state alone. */
export function screenOf(state: State, place: Place): PageScreen {
  switch (place.at) {
    case 'connections':
      return { name: 'connections', heading: MANAGE.heading, quiet: [backOf(state, place)] };
    case 'providers':
      return providers(state);
    case 'provider':
      return methods(state, place);
    case 'way':
      return key(state, place);
  }
}

function providers(state: State): PageScreen {
  const { heading, lead } = KEY_TEXTS.list;
  const { session, place } = state;
  const canGoBack = place !== undefined && (mainWay(session) ?? connectionsOf(state)[0]) !== undefined;
  return {
    name: 'choices',
    heading,
    lead,
    choices: (session?.offers ?? []).flatMap((offer) => choiceOf(state, offer) ?? []),
    quiet: canGoBack ? [backOf(state, { at: 'providers' })] : [],
  };
}

/** A row of the list; undefined if a machine's programs can do none of its methods. */
function choiceOf(state: State, offer: Offer): Choice | undefined {
  const { lacksPlan, claude, subscription, key, connected } = KEY_TEXTS.list;
  const { provider } = offer;
  const methods = methodsOf(offer);
  const had = methods.filter(({ lacks }) => lacks === undefined);
  const [first] = had;
  if (methods.length === 0) return undefined;
  const [signIns, keys] = [had.some(isSignIn), had.some((method) => !isSignIn(method))];
  const isConnected = connectionsOf(state).some((connection) => connection.provider === provider);
  return {
    icon: nameRowOf(provider)?.icon ?? '',
    name: nameOf({ provider }),
    about: !first
      ? lacksPlan
      : signIns && keys
        ? claude
        : signIns
          ? subscription
          : (ownOf(provider)?.about ?? key),
    to: !first ? undefined : placeFor(provider, methods.length > 1 ? undefined : first.method),
    ...(isConnected && { mark: connected }),
  };
}

function placeFor(provider: string, method: string | undefined): Place {
  return method === undefined ? { at: 'provider', provider } : { at: 'way', provider, method };
}

function methods(state: State, place: Place & { at: 'provider' }): PageScreen {
  const { heading, lead, ways } = KEY_TEXTS.methods;
  const { lacksPlan, connected } = KEY_TEXTS.list;
  const { provider } = place;
  const offer = state.session?.offers?.find((one) => one.provider === provider);
  return {
    name: 'choices',
    heading: heading(nameOf({ provider })),
    lead,
    choices: (offer ? methodsOf(offer) : []).map(({ method, lacks }): Choice => {
      const words = ways[method in ways ? (method as keyof typeof ways) : 'api-key'];
      const isConnected = connectedIn(state, { provider, method }).length > 0;
      return {
        icon: '',
        name: words.name,
        about: lacks ? lacksPlan : words.about,
        to: lacks ? undefined : { at: 'way', provider, method },
        ...(isConnected && { mark: connected }),
      };
    }),
    quiet: [backOf(state, place)],
  };
}

/** What is said of an address of the customer's own; undefined for a provider that has one. */
function ownOf(provider: string): { heading: string; about: string; connect: string } | undefined {
  const { heading, about, connect } = KEY_TEXTS.endpoint;
  if (provider !== 'ollama' && provider !== 'custom') return undefined;
  return { heading: heading[provider], about: about[provider], connect };
}

function key(state: State, place: Place & { at: 'way' }): PageScreen {
  const { heading, connect, gone } = KEY_TEXTS.key;
  const { session, refused } = state;
  const { provider } = place;
  const copies = copiesText(session);
  const own = ownOf(provider);
  const isGone = rowOf(provider)?.key !== undefined;
  const why = refused?.what === 'key' ? whyText(refused.why) : undefined;
  const error = why && isGone ? `${why} ${gone}` : why;
  return {
    name: 'key',
    provider,
    heading: own?.heading ?? heading(nameOf({ provider })),
    customer: session?.customer ?? '',
    ...beside(state, place),
    ...(error && { error }),
    ...(copies && { copies }),
    primary: { does: 'submit', label: own?.connect ?? connect(nameOf({ provider })) },
    quiet: [backOf(state, place)],
  };
}
