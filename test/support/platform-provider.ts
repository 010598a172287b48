import { type PlatformProvider, platformProvider } from '../../core/process/platform-provider.ts';

/** What an operator writes into PLATFORM_PROVIDER. */
export const PLATFORM_JSON = {
  name: 'our-models',
  baseUrl: 'https://models.example.com/v1',
  api: 'openai-completions',
  models: [{ id: 'large', name: 'Large' }, { id: 'small' }],
  key: 'pk-platform-0123456789abcdefghij',
};

/** The same, as it is read; throws what is wrong with it. */
export function platformOf(changes: object = {}): PlatformProvider {
  return platformProvider.parse(JSON.stringify({ ...PLATFORM_JSON, ...changes }));
}
