import type { OwnModel, OwnUsage, OwnUsageBox, OwnUsageSum } from '../../../core/contract/own-usage.ts';
import {
  READING_STATES,
  usageKindOf,
  WHOSE,
  type Whose,
  whoseOf,
} from '../../../core/contract/usage-kinds.ts';
import { listed, locale, say } from '../../messages/say.ts';
import { modelName } from '../../model/model-name.ts';
import { nameOf } from '../../model/ways.ts';
import { timeOf } from '../time.ts';

type Model = Pick<OwnUsageSum, 'provider' | 'of' | 'model' | 'kind'>;

/** A day of UTC's as the page's language writes it: in another zone it would be the one before. */
export function dayText(day: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(day));
}

/** US dollars as the page's language writes them; what is less than a cent is said to be. */
function moneyText(usd: number): string {
  const format = new Intl.NumberFormat(locale(), { style: 'currency', currency: 'USD' });
  return usd > 0 && usd < CENT ? say('usage.less', { amount: format.format(CENT) }) : format.format(usd);
}

const CENT = 0.01;

/** A model as people say it, without its provider, which stands beside it. */
export function modelText({ of, provider, model }: Model): string {
  const known = of ?? provider;
  const name = modelName(`${known}/${model}`);
  return name.startsWith(`${known}/`) ? model : name;
}

/** Whose the model's provider is called; nothing for the platform's own, whose name is nobody's. */
function providerText({ of, provider, kind }: Model): string {
  if (of !== undefined) return nameOf({ provider: of });
  return whoseOf(kind) === 'platform' ? '' : provider;
}

const kindText = ({ kind }: Model) => say(`usage.kind.${usageKindOf(kind)}`);

/** `Claude Opus 5.5, your subscription`. */
export const answersText = (model: Model) => listed(modelText(model), kindText(model));

interface Cost {
  costUsd: number;
  estimateUsd: number;
  unpricedRequests: number;
}

/** What something has cost; what of it is an estimate is said to be one. Empty: nothing. */
export function costText({ costUsd, estimateUsd, unpricedRequests }: Cost): string {
  if (costUsd + estimateUsd === 0) return unpricedRequests > 0 ? say('usage.noPrice') : '';
  const amount = moneyText(costUsd + estimateUsd);
  if (estimateUsd === 0) return amount;
  if (costUsd === 0) return say('usage.estimate', { amount });
  return say('usage.partly', { amount, estimate: moneyText(estimateUsd) });
}

/** Whether a subscription answered it, or may have: nobody has paid by what was used. */
const isFlat = ({ kind }: Pick<OwnUsageSum, 'kind'>) => kind === 'subscription' || kind === 'own';

/** What one model was asked, and what that has cost, or would have. */
export function usedText(sum: OwnUsageSum): string {
  const cost = costText(sum);
  const hasPrice = sum.costUsd + sum.estimateUsd > 0;
  return listed(
    whoseOf(sum.kind) === 'own' ? kindText(sum) : '',
    providerText(sum),
    say('usage.requests', { count: sum.requests }),
    say('usage.tokens', { count: sum.tokens }),
    isFlat(sum) && hasPrice ? say('usage.asKey', { amount: cost }) : cost,
  );
}

/** What was used with one's credential. */
export interface Part {
  whose: Whose;
  sums: readonly OwnUsageSum[];
  /** All of it; of money, what is paid by what was used. */
  together: string;
}

/** By whose credential, the customer's own first; nothing of one with which nothing was asked. */
export function partsOf({ sums }: Pick<OwnUsage, 'sums'>): Part[] {
  return WHOSE.flatMap((whose) => {
    const its = sums.filter(({ kind }) => whoseOf(kind) === whose);
    return its.length === 0 ? [] : [{ whose, sums: its, together: togetherText(its) }];
  });
}

function togetherText(sums: readonly OwnUsageSum[]): string {
  const sumOf = (of: readonly OwnUsageSum[], what: keyof Cost | 'requests' | 'tokens') =>
    of.reduce((sum, one) => sum + one[what], 0);
  const paid = sums.filter((sum) => !isFlat(sum));
  const what = listed(
    say('usage.requests', { count: sumOf(sums, 'requests') }),
    say('usage.tokens', { count: sumOf(sums, 'tokens') }),
    costText({
      costUsd: sumOf(paid, 'costUsd'),
      estimateUsd: sumOf(paid, 'estimateUsd'),
      unpricedRequests: sumOf(paid, 'unpricedRequests'),
    }),
  );
  return say('usage.together', { what });
}

/** What has to be said of these figures. */
export function notesOf({ sums }: Pick<OwnUsage, 'sums'>): string[] {
  return [
    ...(sums.some((sum) => isFlat(sum) && sum.costUsd + sum.estimateUsd > 0)
      ? [say('usage.note.subscription')]
      : []),
    ...(sums.some(({ estimateUsd }) => estimateUsd > 0) ? [say('usage.note.estimate')] : []),
    ...(sums.length > 0 ? [say('usage.note.bill')] : []),
  ];
}

/** When a model last answered; where there are several machines, on which. */
export function lastText(model: OwnModel, hasBoxes: boolean): string {
  const provider = providerText(model);
  return listed(
    hasBoxes && provider !== '' ? say('manage.onMachine', { provider, box: model.box }) : provider,
    hasBoxes && provider === '' ? model.box : '',
    model.isDefault ? say('usage.models.default') : '',
    model.lastDay === null
      ? say('usage.models.unasked')
      : say('usage.models.last', { day: dayText(model.lastDay) }),
  );
}

export const readText = ({ readAt }: OwnUsageBox) =>
  readAt === null ? say('usage.never') : timeOf(Date.parse(readAt));

/** Why there may be more than was read; undefined: there is nothing of the kind to say. */
export function stateText({ state }: OwnUsageBox): string | undefined {
  const known = READING_STATES.find((each) => each === state);
  return known === undefined || known === 'read' ? undefined : say(`usage.state.${known}`);
}
