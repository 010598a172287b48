import { takeOption } from '../words.mjs';
import { CliError } from './errors.mjs';
import { askModel } from './messages-api.mjs';
import { defaultModel, knownAgent, readProfiles } from './store.mjs';

/** `infer model run --local --json --prompt … [--model provider/model]`: one real turn. */
export async function runModel(style, words) {
  const prompt = takeOption(words, '--prompt') ?? 'hi';
  const [provider, model] = (takeOption(words, '--model') ?? defaultModel(style)).split('/');
  const [profile] = Object.values(readProfiles(knownAgent(takeOption(words, '--agent'))));
  const key = process.env.ANTHROPIC_API_KEY;
  if (provider !== 'anthropic' || !(profile || key))
    throw new CliError(`No API key found for provider "${provider}".`);
  const answer = await askModel({ token: profile?.token, key, model, prompt, maxTokens: 64 });
  if (!answer.ok)
    throw new CliError(
      `No text output returned for provider "${provider}" model "${model}": ${answer.message}.`,
    );
  const told = {
    ok: true,
    capability: 'model.run',
    transport: 'local',
    provider,
    model,
    attempts: [],
    outputs: [{ text: answer.text, mediaUrl: null }],
  };
  console.log(JSON.stringify(told, null, 2));
}

/** `infer model list --json`: the whole catalogue, an array; the same without a gateway and without a sign-in. */
export function listCatalogue(style) {
  const models = style.models.map((key) => {
    const [provider, id] = key.split('/');
    return { id, name: id, provider, contextWindow: 200_000, reasoning: true, input: ['text', 'image'] };
  });
  console.log(JSON.stringify(models, null, 2));
}
