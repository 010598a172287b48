import type { Offer } from '../../core/contract/http-api.ts';
import { nameRowOf } from '../../core/contract/provider-names.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { say, together } from '../messages/say.ts';
import { beside } from '../model/beside.ts';
import { machineName } from '../model/machine-name.ts';
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

/** What is shown at a place beside the main path, from the state alone. */
export function screenOf(state: State, place: Place): PageScreen {
  switch (place.at) {
    case 'connections':
      return { name: 'connections', heading: say('manage.heading'), quiet: [backOf(state, place)] };
    case 'usage':
      return { name: 'usage', heading: say('usage.heading'), quiet: [backOf(state, place)] };
    case 'providers':
      return providers(state);
    case 'provider':
      return methods(state, place);
    case 'way':
      return key(state, place);
  }
}

function providers(state: State): PageScreen {
  const { session, place } = state;
  const canGoBack = place !== undefined && (mainWay(session) ?? connectionsOf(state)[0]) !== undefined;
  return {
    name: 'choices',
    heading: say('list.heading'),
    lead: say('list.lead'),
    choices: (session?.offers ?? []).flatMap((offer) => choiceOf(state, offer) ?? []),
    quiet: [
      ...(canGoBack ? [backOf(state, { at: 'providers' })] : []),
      // Also of somebody who has connected nothing, and is answered with the platform's.
      { does: 'go', label: say('actions.usage'), to: { at: 'usage' } },
    ],
  };
}

/** A row of the list; undefined if a machine's programs can do none of its methods. */
function choiceOf(state: State, offer: Offer): Choice | undefined {
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
      ? say('list.lacksPlan')
      : signIns && keys
        ? say('list.claude')
        : signIns
          ? say('list.subscription')
          : (ownOf(provider)?.about ?? say('list.key')),
    to: !first ? undefined : placeFor(provider, methods.length > 1 ? undefined : first.method),
    ...(isConnected && { mark: say('list.connected') }),
  };
}

function placeFor(provider: string, method: string | undefined): Place {
  return method === undefined ? { at: 'provider', provider } : { at: 'way', provider, method };
}

function methods(state: State, place: Place & { at: 'provider' }): PageScreen {
  const { provider } = place;
  const offer = state.session?.offers?.find((one) => one.provider === provider);
  return {
    name: 'choices',
    heading: say('methods.heading', { name: nameOf({ provider }) }),
    lead: say('methods.lead'),
    choices: (offer ? methodsOf(offer) : []).map(({ method, lacks }): Choice => {
      const way = method === 'setup-token' || method === 'claude-login' ? method : 'api-key';
      const isConnected = connectedIn(state, { provider, method }).length > 0;
      return {
        icon: '',
        name: say(`methods.ways.${way}.name`),
        about: lacks ? say('list.lacksPlan') : say(`methods.ways.${way}.about`),
        to: lacks ? undefined : { at: 'way', provider, method },
        ...(isConnected && { mark: say('list.connected') }),
      };
    }),
    quiet: [backOf(state, place)],
  };
}

/** What is said of an address of the customer's own; undefined for a provider that has one. */
function ownOf(provider: string): { heading: string; about: string; connect: string } | undefined {
  if (provider !== 'ollama' && provider !== 'custom') return undefined;
  return {
    heading: say(`endpoint.heading.${provider}`),
    about: say(`endpoint.about.${provider}`),
    connect: say('endpoint.connect'),
  };
}

function key(state: State, place: Place & { at: 'way' }): PageScreen {
  const { session, refused } = state;
  const { provider } = place;
  const copies = copiesText(session);
  const own = ownOf(provider);
  const isGone = rowOf(provider)?.key !== undefined;
  const why = refused?.what === 'key' ? whyText(refused.why) : undefined;
  const error = why && isGone ? together(why, say('key.gone')) : why;
  return {
    name: 'key',
    provider,
    heading: own?.heading ?? say('key.heading', { name: nameOf({ provider }) }),
    customer: session ? machineName(session) : '',
    ...beside(state, place),
    ...(error && { error }),
    ...(copies && { copies }),
    primary: { does: 'submit', label: own?.connect ?? say('key.connect', { name: nameOf({ provider }) }) },
    quiet: [backOf(state, place)],
  };
}
