import type { StandInProvider } from '../rows.ts';

const CREATED = 1_764_000_000;

/** Who answers `GET …/models` without a key as well. */
export const LISTS_WITHOUT_KEY: readonly StandInProvider[] = ['openrouter', 'huggingface'];

/** What `GET …/models` is answered with; undefined where the real one has no such page (Perplexity). */
export function modelList(provider: StandInProvider, models: readonly string[]): unknown {
  const openai = models.map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'stand-in' }));
  switch (provider) {
    case 'perplexity':
      return undefined;
    case 'anthropic':
      return {
        data: models.map((id) => ({
          type: 'model',
          id,
          display_name: id,
          created_at: '2026-01-01T00:00:00Z',
        })),
        has_more: false,
        first_id: models[0] ?? null,
        last_id: models.at(-1) ?? null,
      };
    case 'google':
      return {
        models: models.map((id) => ({
          name: `models/${id}`,
          version: '001',
          displayName: id,
          inputTokenLimit: 1_048_576,
          outputTokenLimit: 65_536,
          supportedGenerationMethods: ['generateContent', 'countTokens'],
        })),
      };
    case 'together':
      return models.map((id) => ({
        id,
        object: 'model',
        created: CREATED,
        type: 'chat',
        display_name: id,
        context_length: 131_072,
      }));
    case 'openrouter':
      return {
        data: models.map((id) => ({
          id,
          name: id,
          created: CREATED,
          context_length: 200_000,
          architecture: { input_modalities: ['text'], output_modalities: ['text'], tokenizer: 'Other' },
          pricing: { prompt: '0.000001', completion: '0.000002', request: '0', image: '0' },
          supported_parameters: ['tools', 'max_tokens'],
        })),
      };
    default:
      return { object: 'list', data: openai };
  }
}
